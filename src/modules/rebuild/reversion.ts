import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Projection } from '../../projections/projection';
import { PROJECTIONS } from '../projector/projections.token';
import { Generations } from '../projector/generations';
import type { Generation } from '../projector/generations';
import { CutOvers } from './cut-over';
import { isOfEpoch } from './epochs';
import { RecordedReverts } from './recorded-reverts';

/** Takes projections back to a generation that is still warm. */
@Injectable()
export class Reversion {
  private readonly logger = new Logger('Rebuild');

  constructor(
    private readonly generations: Generations,
    private readonly cutOvers: CutOvers,
    private readonly reverts: RecordedReverts,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
  ) {}

  /** Carries out what was recorded and not done: whoever recorded it may be gone. */
  async carryOut(signal: AbortSignal): Promise<void> {
    const all = await this.generations.all();
    for (const projection of this.projections) {
      const last = await this.reverts.last(projection.name);
      if (last !== null) await this.revert(projection, last, all, signal);
    }
  }

  /** Takes `projection` back, if `from` is still live and `to` still warm. */
  async revert(
    projection: Projection,
    { from, to }: { readonly from: string; readonly to: string },
    all: readonly Generation[],
    signal: AbortSignal,
  ): Promise<void> {
    const epoch = await this.generations.epoch();
    const isDue =
      all.some(({ id, state }) => id === from && state === 'live') &&
      all.some((one) => one.id === to && one.state === 'warm' && isOfEpoch(projection, one, epoch));
    if (!isDue) return;
    const done = await this.cutOvers.cutOver([{ projection, to }], { signal });
    if (done !== null) this.logger.log(`${projection.name} is back at ${to}`);
  }
}
