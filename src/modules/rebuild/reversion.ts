import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Projection } from '../../projections/projection';
import { PROJECTIONS } from '../projector/projections.token';
import { Generations } from '../projector/generations';
import type { Generation } from '../projector/generations';
import { CutOvers } from './cut-over';
import { isOfEpoch } from './epochs';
import { RecordedReverts } from './recorded-reverts';
import type { Way } from './recorded-reverts';

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

  /**
   * Tries once to carry out what was recorded and not done: whoever recorded it may be gone. What waits
   * for readers is tried again at the next call.
   */
  async carryOut(): Promise<void> {
    const all = await this.generations.all();
    const lasts = await this.reverts.last();
    for (const projection of this.projections) {
      const last = lasts.get(projection.name);
      if (last === undefined || !(await this.isDue(projection, last, all))) continue;
      const { kind } = await this.cutOvers.once([{ projection, ...last }]);
      if (kind === 'done') this.tell(projection, last);
    }
  }

  /** Takes `projection` back, if `from` is still live and `to` still warm; tries until `signal` is aborted. */
  async revert(projection: Projection, way: Way, signal: AbortSignal): Promise<void> {
    if (!(await this.isDue(projection, way, await this.generations.all()))) return;
    const done = await this.cutOvers.cutOver([{ projection, ...way }], { signal });
    if (done !== null) this.tell(projection, way);
  }

  private async isDue(
    projection: Projection,
    { from, to }: Way,
    all: readonly Generation[],
  ): Promise<boolean> {
    const epoch = await this.generations.epoch();
    return (
      all.some(({ id, state }) => id === from && state === 'live') &&
      all.some((one) => one.id === to && one.state === 'warm' && isOfEpoch(projection, one, epoch))
    );
  }

  private tell({ name }: Projection, { to }: Way): void {
    this.logger.log(`${name} is back at ${to}`);
  }
}
