import type { EventScope } from '../reading/event.schemas';
import { addCheckpointsSql } from '../projector/generation.sql';
import { tableOf } from '../projector/table';
import { eventScopeOf } from '../reading/events/event-scope';
import type { BulkJob, BulkOutcome } from './bulk/bulk-job';
import type { Built } from './built-generations';
import { DiskBound } from './disk-bound';
import { Hopeless } from './hopeless';
import type { RebuildMeans } from './rebuild-means';
import type { Pass, RebuildSteps } from './rebuild-steps';
import type { Rebuild } from './recorded-rebuilds';

const progressMilliseconds = 500;

/** The one pass over the ledger that fills the tables of a rebuild. */
export class BulkPass {
  private readonly scope: EventScope | null;

  constructor(
    private readonly rebuild: Rebuild,
    private readonly steps: RebuildSteps,
    private readonly means: RebuildMeans,
  ) {
    const { scope } = rebuild.started.data;
    this.scope = scope === null ? null : eventScopeOf(scope);
  }

  /** Fills what is not filled; from the beginning, where it was broken off. */
  async run(built: readonly Built[], signal: AbortSignal): Promise<void> {
    const open: Built[] = [];
    for (const one of built) {
      if (!(await this.steps.isDone(one.projection.name, 'bulk-fold'))) open.push(one);
    }
    if (open.length === 0 || signal.aborted) return;
    const pass = await this.planned();
    for (const one of open) {
      await this.steps.begin(one.projection.name, 'bulk-fold', one.generation);
    }
    await this.steps.resume();
    const outcome = await this.fold(open, pass, signal);
    await this.steps.advance(pass.total);
    for (const one of open) await this.record(one, pass, outcome);
  }

  /** It goes up to what was the end of the ledger when it was planned. */
  private async planned(): Promise<Pass> {
    const known = await this.steps.pass();
    if (known !== null) return known;
    const { after, end: through } = await this.means.sections.boundsOf(this.scope ?? {});
    // A scope that begins behind its end, or behind that of the ledger, has nothing in it.
    await this.steps.plan({ through, total: Math.max(0, Number(through - after)) });
    return (await this.steps.pass()) ?? { through, total: 0 };
  }

  /** @throws Hopeless where files are to be read and there are none. */
  private async archives(): Promise<BulkJob['archives']> {
    if (this.rebuild.started.data.fromArchive !== true) return [];
    const all = await this.means.archives.made();
    if (all.length === 0) throw new Hopeless('no partition of the ledger is archived');
    return all.map(({ folder, made: { manifestHash } }) => ({ folder, manifestHash }));
  }

  private async fold(
    open: readonly Built[],
    { through, total }: Pass,
    signal: AbortSignal,
  ): Promise<BulkOutcome> {
    const { ask } = this.means.generations;
    const { maxEventsPerSecond } = this.rebuild.started.data;
    const fromPosition = through - BigInt(total) + 1n;
    const scope = this.scope && { ...this.scope, fromPosition };
    const { rebuildBytes, rebuildMemory: memoryBytes } = this.means.settings;
    const archives = await this.archives();
    const job = { targets: open, through, scope, maxEventsPerSecond, memoryBytes, archives };
    const generations = open.map(({ generation }) => generation);
    const bound = new DiskBound(ask, generations, rebuildBytes);
    let told = performance.now();
    const progress = ({ done }: { readonly done: number }): void => {
      if (performance.now() - told < progressMilliseconds) return;
      told = performance.now();
      this.steps.advance(done).catch(() => undefined); // the next one may be told
    };
    return bound.keep((until) => this.means.bulk.run(job, progress, until), signal);
  }

  /** What a target came to, with the place from which it is to be fed. */
  private async record(
    { projection, generation }: Built,
    { through }: Pass,
    { events, rows }: BulkOutcome,
  ): Promise<void> {
    await this.means.generations.transaction(async (ask) => {
      await ask(addCheckpointsSql, [generation, this.means.settings.partitions, through]);
      // Of its own table: those that are kept beside hold no more than its rows say.
      const detail = { events, rows: rows.get(tableOf(generation, projection)) ?? 0 };
      await this.steps.within(ask).end(projection.name, 'bulk-fold', detail);
    });
  }
}
