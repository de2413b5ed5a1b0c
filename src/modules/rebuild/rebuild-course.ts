import { Logger } from '@nestjs/common';
import type { Projection } from '../../projections/projection';
import type { Bell } from '../pacing/bell';
import { pause } from '../pacing/pause';
import { pauseAfter } from '../pacing/pause-after';
import { Trouble } from '../pacing/trouble';
import { whileRunning } from '../pacing/while-running';
import { BulkPass } from './bulk-pass';
import { BuiltGenerations } from './built-generations';
import type { Built } from './built-generations';
import { Comparing } from './comparing';
import type { Compared } from './comparing';
import type { CutOver } from './cut-over';
import { isHopeless } from './hopeless';
import type { RebuildMeans } from './rebuild-means';
import type { RebuildSteps } from './rebuild-steps';
import type { Rebuild } from './recorded-rebuilds';

/** What a rebuild came to, for one projection. */
export interface Summary {
  readonly projection: string;
  readonly generation: string;
  readonly events: number;
  readonly rows: number;
  readonly added: number;
  readonly missing: number;
  readonly changed: number;
  readonly parked: number;
  /** Absent where it was compared. */
  readonly compared?: false;
}

/** Where a rebuild is not to be gone on with by itself. */
export type Ending =
  | {
      readonly kind: 'waits';
      readonly why: 'manual' | 'differences';
      readonly projections: readonly string[];
    }
  | { readonly kind: 'cut-over'; readonly generations: readonly CutOver[] }
  | { readonly kind: 'dry-run' | 'what-if' }
  | { readonly kind: 'failed'; readonly cause: string };

/** What came of it, with what is known of each projection by then. */
export interface Outcome {
  readonly ending: Ending;
  readonly summary: readonly Summary[];
}

const causeOf = ({ projection, verification: { faults, faultCount } }: Compared): string => {
  const [first = ''] = faults;
  const others = faultCount > 1 ? `, and ${String(faultCount - 1)} more` : '';
  return `${projection} was built otherwise than the ledger makes it: ${first}${others}`;
};

/**
 * One rebuild while this process carries it out. Each step is a row, and what is done is not done
 * again, by whoever goes on with it.
 *
 * create -> bulk-fold -> index -> catch-up -> join -> verify
 *     -> (it is not what the ledger makes of it) failed, whatever anybody accepts
 *   verify -> diff
 *     -> (dry run) dropped
 *     -> (differences nobody accepted, or to be cut over by hand) waits
 *     -> cut-over -> warm
 *     -> (without the work of a deployment) stays as it is, to be looked at
 *   index -> (of a part of the ledger) the same
 */
export class RebuildCourse {
  private readonly logger = new Logger('Rebuild');
  private failures = 0;
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`rebuild ${this.rebuild.rebuildId} cannot go on for now: ${message}`);
  });

  constructor(
    private readonly rebuild: Rebuild,
    private readonly projections: readonly Projection[],
    private readonly steps: RebuildSteps,
    private readonly means: RebuildMeans,
    /** Struck when a rebuild may have changed. */
    private readonly bell: Bell,
  ) {}

  /** Goes on to an end; null when `signal` was aborted, or the rebuild paused or cancelled before. */
  run(signal: AbortSignal): Promise<Outcome | null> {
    const isRunning = async (): Promise<boolean> =>
      (await this.means.rebuilds.find(this.rebuild.rebuildId))?.status === 'running';
    return whileRunning(isRunning, this.bell, (until) => this.persist(until), signal);
  }

  private async persist(signal: AbortSignal): Promise<Outcome | null> {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        return await this.means.metrics.round('rebuilder', () => this.attempt(signal));
      } catch (error) {
        if (isOver()) break;
        if (isHopeless(error)) {
          return { ending: { kind: 'failed', cause: (error as Error).message }, summary: [] };
        }
        this.failures += 1;
        await this.report(error as Error);
        await pause(pauseAfter(this.failures), signal);
      }
    }
    return null;
  }

  private async attempt(signal: AbortSignal): Promise<Outcome | null> {
    const { data } = this.rebuild.started;
    const generations = new BuiltGenerations(this.rebuild, this.steps, this.means);
    const built = await generations.create(this.projections, signal);
    const pass = new BulkPass(this.rebuild, this.steps, this.means);
    await pass.run(built, signal);
    for (const one of built) await generations.index(one, signal);
    if (signal.aborted) return null;
    await this.steps.report(null);
    this.trouble.over();
    if (data.scope !== null) {
      return { ending: { kind: 'what-if' }, summary: await this.summary(built, []) };
    }
    for (const one of built) await generations.feed(one);
    const compared: Compared[] = [];
    const comparing = new Comparing(this.steps, this.means);
    for (const one of built) {
      const found = await comparing.run(one, signal);
      if (found === null) return null;
      compared.push(found);
    }
    const summary = await this.summary(built, compared);
    if (data.without !== undefined) {
      for (const one of built) await generations.fix(one);
      return { ending: { kind: 'what-if' }, summary };
    }
    const ending = await this.ending(built, compared, signal);
    return ending && { ending, summary };
  }

  private async ending(
    built: readonly Built[],
    compared: readonly Compared[],
    signal: AbortSignal,
  ): Promise<Ending | null> {
    const { started, requested } = this.rebuild;
    const faulty = compared.filter(({ verification }) => !verification.holds);
    if (faulty.length > 0) return { kind: 'failed', cause: faulty.map(causeOf).join('; ') };
    if (started.data.dryRun) return { kind: 'dry-run' };
    const accepted = requested?.accept ?? [];
    const differing = compared
      .filter(({ differences }) => differences !== null && differences > 0)
      .map(({ projection }) => projection)
      .filter((name) => !accepted.includes(name));
    if (differing.length > 0) return { kind: 'waits', why: 'differences', projections: differing };
    if (started.data.cutover === 'manual' && requested === null) {
      return { kind: 'waits', why: 'manual', projections: built.map((one) => one.projection.name) };
    }
    const generations = await this.cutOver(built, signal);
    return generations && { kind: 'cut-over', generations };
  }

  /** Where it was done before and not recorded, what was done then. */
  private async cutOver(built: readonly Built[], signal: AbortSignal): Promise<CutOver[] | null> {
    const rows = await this.steps.all();
    const done = rows.filter(({ step, isDone }) => step === 'cut-over' && isDone);
    if (done.length === built.length) return done.map(({ detail }) => detail as unknown as CutOver);
    for (const { projection, generation } of built) {
      await this.steps.begin(projection.name, 'cut-over', generation);
    }
    const { rebuildId } = this.rebuild;
    const cut = await this.means.cutOvers.cutOver(
      built.map(({ projection, generation }) => ({ projection, to: generation })),
      {
        signal,
        waits: (why) => this.steps.report(why),
        record: async (ask, all) => {
          for (const one of all) {
            await this.steps.within(ask).end(one.projection, 'cut-over', { ...one });
          }
        },
      },
    );
    if (cut !== null) this.logger.log(`rebuild ${rebuildId} is live`);
    return cut;
  }

  private async summary(
    built: readonly Built[],
    compared: readonly Compared[],
  ): Promise<Summary[]> {
    const rows = await this.steps.all();
    return built.map(({ projection: { name }, generation }) => {
      const folded = rows.find(
        ({ projection, step }) => projection === name && step === 'bulk-fold',
      );
      const { events = 0, rows: count = 0 } = (folded?.detail ?? {}) as Partial<Summary>;
      const found = compared.find(({ projection }) => projection === name);
      const { added = 0, missing = 0, changed = 0 } = found?.counts ?? {};
      const parked = found?.parked ?? 0;
      return {
        projection: name,
        generation,
        events,
        rows: count,
        added,
        missing,
        changed,
        parked,
        ...(found?.counts ? {} : { compared: false }),
      };
    });
  }

  private async report(error: Error): Promise<void> {
    this.trouble.met(error);
    // Not if the database is away: health knows that itself.
    await this.steps.report(error.message).catch(() => undefined);
  }
}
