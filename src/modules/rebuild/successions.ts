import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Projection } from '../../projections/projection';
import { CommandIntake } from '../command-bus/command-intake';
import { issueOwn } from '../command-bus/own-command';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { positionsSql } from '../projector/generation.sql';
import { Generations } from '../projector/generations';
import type { Generation } from '../projector/generations';
import { PROJECTIONS } from '../projector/projections.token';
import { CutOvers } from './cut-over';
import { isOfEpoch } from './epochs';
import { isForeign } from './foreign';
import { caller, RebuildRecords } from './rebuild-records';

// The one that was live last, first.
const ownSql = `
select id from ops.generations where projection = $1 and version = $2 and state = 'warm' and id = any ($3::text[])
order by live_until desc nulls last limit 1`;

/**
 * Sees that what is live is of this code's versions: one that is new is built by a rebuild beside the
 * live one; one that was live before, of code that was started again, catches up and is taken back.
 */
@Injectable()
export class Successions {
  private readonly logger = new Logger('Rebuild');
  /** The end of the ledger at the look before. */
  private lastEnd: bigint | null = null;
  /** Those that were tried to be built: what failed or was cancelled is not tried again by itself. */
  private readonly tried = new Set<string>();

  constructor(
    private readonly generations: Generations,
    private readonly cutOvers: CutOvers,
    private readonly records: RebuildRecords,
    private readonly intake: CommandIntake,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async see(signal: AbortSignal): Promise<void> {
    const all = await this.generations.all();
    const epoch = await this.generations.epoch();
    const missing: Projection[] = [];
    for (const projection of this.projections) {
      const { name, version } = projection;
      const own = all.filter((one) => one.projection === name);
      if (own.some((one) => one.state === 'live' && one.version === version)) continue;
      const usable = own.filter(
        (one) => one.version === version && isOfEpoch(projection, one, epoch),
      );
      if (usable.some(({ state }) => state === 'warm'))
        await this.takeBack(projection, usable, own);
      else if (!usable.some(({ state }) => state === 'filling' || state === 'building'))
        missing.push(projection);
    }
    this.lastEnd = await this.generations.end();
    if (missing.length === 0 || signal.aborted) return;
    await this.endForeign(missing, all);
    await this.build(missing);
  }

  /** A rebuild that rests with what another version of the code has built makes room: what runs begins that anew. */
  private async endForeign(
    missing: readonly Projection[],
    all: readonly Generation[],
  ): Promise<void> {
    const foreign = all.filter((one) =>
      missing.some(
        (projection) => projection.name === one.projection && isForeign(projection, one),
      ),
    );
    if (foreign.length === 0) return;
    const { open, running } = await this.records.open();
    for (const { id, rebuild } of foreign) {
      if (rebuild === null || !open.includes(rebuild) || running.includes(rebuild)) continue;
      const cause = `another version of the code built ${id}, which this one does not know: begin it anew`;
      await this.records.end(rebuild, { ending: { kind: 'failed', cause }, summary: [] });
    }
  }

  /** One pass over the ledger builds all that are missing. */
  private async build(missing: readonly Projection[]): Promise<void> {
    const { open } = await this.records.open();
    const rebuilt = await this.records.projectionsOf(open);
    const projections = missing
      .map(({ name }) => name)
      .filter((name) => !rebuilt.has(name) && !this.tried.has(name));
    if (projections.length === 0) return;
    await issueOwn(this.intake, {
      name: 'start-rebuild',
      body: { projections, cutover: this.settings.cutover },
      caller,
      correlationId: 'new-version',
    });
    for (const name of projections) this.tried.add(name);
    this.logger.log(`a new version is built of ${projections.join(', ')}`);
  }

  private async takeBack(
    projection: Projection,
    usable: readonly Generation[],
    own: readonly Generation[],
  ): Promise<void> {
    if (this.settings.cutover === 'manual') return; // by `revert-projection`
    const { name, version } = projection;
    const [warm] = await this.generations.ask<{ id: string }>(ownSql, [
      name,
      version,
      usable.map(({ id }) => id),
    ]);
    if (warm === undefined) return;
    const topic = this.settings.kafka?.topic ?? null;
    const places = await this.generations.ask<{ id: string; position: string }>(positionsSql, [
      topic,
    ]);
    const at = (id: string | undefined): bigint =>
      BigInt(places.find((one) => one.id === id)?.position ?? 0);
    const live = own.find(({ state }) => state === 'live');
    const isLevel = this.lastEnd !== null && at(warm.id) >= this.lastEnd;
    if (!isLevel || at(warm.id) < at(live?.id)) return;
    const { kind } = await this.cutOvers.once([{ projection, to: warm.id }]); // else at the next look
    if (kind === 'done') this.logger.log(`${warm.id} has caught up and is live again`);
  }
}
