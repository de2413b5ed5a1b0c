import type { Projection } from '../../projections/projection';
import { askingOn } from '../database/ask';
import { indexesSql } from '../projector/generations';
import { sqlName } from '../projector/table';
import { withClient } from '../database/cancellable-clients';
import { isForeign } from './foreign';
import { Hopeless } from './hopeless';
import type { RebuildMeans } from './rebuild-means';
import type { RebuildSteps } from './rebuild-steps';
import type { Rebuild } from './recorded-rebuilds';

/** What a rebuild makes of one projection. */
export interface Built {
  readonly projection: Projection;
  /** Also the name of its schema. */
  readonly generation: string;
}

/** Locked until it is ended: two processes cannot do one step at a time. */
const claimSql = `
select ended_at is null as "isOpen" from ops.rebuild_steps
where rebuild = $1 and projection = $2 and step = $3 for update`;

/** The generations of one rebuild: made, given their indexes, and fed. */
export class BuiltGenerations {
  constructor(
    private readonly rebuild: Rebuild,
    private readonly steps: RebuildSteps,
    private readonly means: RebuildMeans,
  ) {}

  /**
   * Those that are there already, and the others made; anew what another version of the code has begun
   * in a version of its own, which this one cannot go on with.
   *
   * @throws Hopeless where one that was made is gone: what is done is not done again.
   */
  async create(projections: readonly Projection[], signal: AbortSignal): Promise<Built[]> {
    const { rebuildId, started } = this.rebuild;
    const { generations } = this.means;
    const { scope, without } = started.data;
    const state = scope === null ? 'filling' : 'fixed';
    const making = without === undefined ? {} : { without };
    const known = (await generations.all()).filter(
      ({ rebuild, state: its }) => rebuild === rebuildId && its !== 'dropping',
    );
    const built: Built[] = [];
    for (const projection of projections) {
      const { name } = projection;
      const own = known.filter((one) => one.projection === name);
      const foreign = own.filter((one) => isForeign(projection, one));
      if (foreign.length > 0) {
        await this.steps.forget(name);
        await generations.drop(
          foreign.map(({ id }) => id),
          signal,
        );
      }
      const found = own.find((one) => !foreign.includes(one));
      if (found === undefined && (await this.steps.isDone(name, 'create'))) {
        throw new Hopeless(`what it made of ${name} was dropped: begin it anew`);
      }
      const { id } = found ?? (await generations.create(projection, state, rebuildId, making));
      await this.steps.begin(name, 'create', id);
      if (!(await this.steps.isDone(name, 'create'))) await this.steps.end(name, 'create');
      built.push({ projection, generation: id });
    }
    return built;
  }

  /** Indexes and statistics of filled tables, all at once or not at all. */
  async index({ projection, generation }: Built, signal: AbortSignal): Promise<void> {
    const { name } = projection;
    if (signal.aborted || (await this.steps.isDone(name, 'index'))) return;
    await this.steps.begin(name, 'index', generation);
    await withClient(this.means.url, signal, async (client) => {
      const { ask } = askingOn(client);
      await ask('begin');
      const claimed = [this.rebuild.rebuildId, name, 'index'];
      const [claim] = await ask<{ isOpen: boolean }>(claimSql, claimed);
      if (claim?.isOpen === true) {
        for (const sql of indexesSql(generation, projection)) await ask(sql);
        await this.steps.within(ask).end(name, 'index');
      }
      await ask('commit');
      await ask(`analyze ${generation}.${sqlName(name)}`);
    });
  }

  /** From now on it follows the ledger. */
  async feed({ projection: { name }, generation }: Built): Promise<void> {
    if (await this.steps.isDone(name, 'catch-up')) return;
    await this.steps.begin(name, 'catch-up', generation);
    await this.means.generations.feed(generation);
  }

  /** It has been compared, and stays where it stands to be looked at. */
  async fix({ generation }: Built): Promise<void> {
    await this.means.generations.fix(generation);
  }
}
