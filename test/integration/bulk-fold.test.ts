/* A bulk fold comes to the same rows, however little memory it may take. */
import { connect } from '../../src/modules/database/clients';
import { Generations } from '../../src/modules/projector/generations';
import { tableOf } from '../../src/modules/projector/table';
import type { EventScope } from '../../src/modules/reading/event.schemas';
import type { BulkJob, BulkOutcome } from '../../src/modules/rebuild/bulk/bulk-job';
import { runBulk } from '../../src/modules/rebuild/bulk/bulk-run';
import { runShare, runShares } from '../../src/modules/rebuild/bulk/bulk-shares';
import { projections } from '../../src/projections';
import { integer, text } from '../../src/projections/columns';
import { entity, rollupOf } from '../../src/projections/projection';
import type { Projection } from '../../src/projections/projection';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { isAdvisoryLockWaitedFor } from '../harness/lock-waits';
import { positionOf } from '../harness/ledger-proof';
import { append, histories, record } from '../harness/recorded-histories';
import { seedOf } from '../harness/seed';

const seed = seedOf('bulk fold');
const plenty = 1024 ** 3;

let app: TestApp;
beforeEach(async () => {
  app = await startApp({ env: { FLOWLEDGER_PARTS: 'api' } });
});
afterEach(() => app.stop());

interface Fold {
  readonly memoryBytes: number;
  readonly scope?: EventScope;
  readonly maxEventsPerSecond?: number;
  readonly signal?: AbortSignal;
  readonly progress?: () => void;
  /** How many shares of streams are folded side by side; one pass without shares by default. */
  readonly shares?: number;
}

/** Generations that are to be filled, one of each projection. */
const created = async (
  all: readonly Projection[],
): Promise<{ generation: string; projection: Projection }[]> => {
  const targets = [];
  for (const projection of all) {
    const { id: generation } = await app.get(Generations).create(projection, 'filling', null);
    targets.push({ generation, projection });
  }
  return targets;
};

const fill = async (
  targets: Awaited<ReturnType<typeof created>>,
  { memoryBytes, scope, maxEventsPerSecond, signal, progress, shares }: Fold,
): Promise<BulkOutcome> => {
  const { url } = app.database;
  const job: BulkJob = {
    targets,
    memoryBytes,
    scope: scope ?? null,
    archives: [],
    through: BigInt(await positionOf(app.database)),
    maxEventsPerSecond: maxEventsPerSecond ?? null,
  };
  const watch = {
    progress: progress ?? (() => undefined),
    signal: signal ?? new AbortController().signal,
  };
  if (shares === undefined) return runBulk(url, job, watch.progress, watch.signal);
  return runShares(url, job, shares, (part, its) => runShare(url, job, part, its), watch);
};

/** Every row of every table, and what is parked; with the number of rows that was told. */
const contents = async (
  targets: Awaited<ReturnType<typeof created>>,
  { rows: told }: BulkOutcome,
): Promise<Record<string, unknown>> => {
  const found: Record<string, unknown> = {};
  for (const { generation, projection } of targets) {
    const rollup = rollupOf(projection);
    for (const one of rollup === undefined ? [projection] : [projection, rollup]) {
      const table = tableOf(generation, one);
      const rows = await app.database.sql(`select t::text from ${table} t order by 1`);
      expect(told.get(table)).toBe(rows.length);
      found[one.name] = rows;
    }
    found[`${projection.name}, parked`] = await app.database.sql(
      'select position, stream, cause, skipped from ops.parked where generation = $1 order by 1',
      [generation],
    );
  }
  return found;
};

const folded = async (all: readonly Projection[], how: Fold): Promise<Record<string, unknown>> => {
  const targets = await created(all);
  return contents(targets, await fill(targets, how));
};

const spillTables = (): Promise<object[]> =>
  app.database.sql(`select relname from pg_class where relname like '%spill'`);

/** Histories of chance, and a stream with an event in the middle that nobody can read. */
const recordAll = async (): Promise<void> => {
  const start = { stream: 'execution-odd', schemaVersion: 1, data: { reason: null } };
  const [first] = histories(1, seed)[0]!.filter(({ type }) => type === 'ExecutionStarted');
  await append(app, [
    { ...first!, stream: 'execution-odd', version: 1 },
    { ...start, version: 2, type: 'ExecutionExploded' },
    { ...start, version: 3, type: 'HeartbeatReceived' },
  ]);
  for (const [index, events] of histories(12, seed).entries()) {
    await record(app, events, String(index));
  }
};

describe('a bulk fold in little memory', () => {
  it.each([1, 20_000])('of %d bytes comes to the same rows of every projection', async (bytes) => {
    await recordAll();
    const expected = await folded(projections, { memoryBytes: plenty });
    expect(expected['execution-status, parked']).toHaveLength(2);
    expect(await folded(projections, { memoryBytes: bytes })).toEqual(expected);
    expect(await spillTables()).toEqual([]);
  });

  it('comes to the same rows of a part of the ledger', async () => {
    await recordAll();
    const scope = {
      fromPosition: 20n,
      types: ['ExecutionStarted', 'StageStarted', 'QualityScored'],
    };
    const expected = await folded(projections, { memoryBytes: plenty, scope });
    expect(await folded(projections, { memoryBytes: 1, scope })).toEqual(expected);
  });

  it('begins anew where it was broken off', async () => {
    await recordAll();
    const expected = await folded(projections, { memoryBytes: plenty });
    const targets = await created(projections);
    const broken = new AbortController();
    const first = fill(targets, {
      memoryBytes: 1,
      maxEventsPerSecond: 1_000,
      signal: broken.signal,
      progress: () => {
        broken.abort();
      },
    });
    await expect(first).rejects.toThrow();
    expect(await spillTables()).not.toEqual([]);
    expect(await contents(targets, await fill(targets, { memoryBytes: 1 }))).toEqual(expected);
    expect(await spillTables()).toEqual([]);
  });

  it('applies what was parked, where an operator says so, to the row that it spilled', async () => {
    const tried = new Set<bigint>();
    const beats = entity({
      name: 'beats',
      version: 1,
      summary: 'Beats',
      category: 'execution',
      key: 'executionId',
      time: 'executionId',
      sort: 'executionId',
      presented: {},
      present: (row) => ({ ...row }),
      columns: { executionId: text(), beats: integer() },
      opens: { ExecutionStarted: (_event, executionId) => ({ executionId, beats: 0 }) },
      changes: {
        HeartbeatReceived: (row, { position }) => {
          if (!tried.has(position)) {
            tried.add(position);
            throw new Error('not at once');
          }
          return { ...row, beats: row.beats + 1 };
        },
      },
    });
    const first = histories(1, seed)[0]!.find(({ type }) => type === 'ExecutionStarted')!;
    const beat = { schemaVersion: 1, type: 'HeartbeatReceived', data: { reason: null } };
    const retry = { projection: 'beats', stream: 'execution-a' };
    await append(app, [
      { ...first, stream: 'execution-a', version: 1 },
      { ...first, stream: 'execution-b', version: 1 },
      { ...beat, stream: 'execution-a', version: 2 },
      { ...beat, stream: 'execution-b', version: 2 },
      {
        stream: 'parking-beats',
        version: 1,
        schemaVersion: 1,
        type: 'ParkedStreamRetried',
        data: retry,
      },
    ]);
    const expected = {
      beats: [{ t: '(a,1,2)' }, { t: '(b,0,1)' }],
      'beats, parked': [expect.objectContaining({ stream: 'execution-b' })],
    };
    expect(await folded([beats], { memoryBytes: 1 })).toEqual(expected);
    tried.clear();
    expect(await folded([beats], { memoryBytes: 1, shares: 3 })).toEqual(expected);
  });
});

describe('a bulk fold in shares', () => {
  it.each([
    [2, plenty],
    [3, 1],
  ])('of %d comes to the same rows and counts (%d bytes)', async (shares, memoryBytes) => {
    await recordAll();
    const targets = await created(projections);
    const alone = await fill(targets, { memoryBytes: plenty });
    const expected = await contents(targets, alone);
    const others = await created(projections);
    const together = await fill(others, { memoryBytes, shares });
    expect(together.events).toBe(alone.events);
    expect(await contents(others, together)).toEqual(expected);
    expect(await spillTables()).toEqual([]);
  });

  it('comes to the same rows of a part of the ledger', async () => {
    await recordAll();
    const scope = { fromPosition: 20n, types: ['ExecutionStarted', 'LlmCallRecorded'] };
    const expected = await folded(projections, { memoryBytes: plenty, scope });
    expect(await folded(projections, { memoryBytes: plenty, scope, shares: 2 })).toEqual(expected);
  });

  it('ends as a whole where one of them fails, and begins anew', async () => {
    await recordAll();
    const expected = await folded(projections, { memoryBytes: plenty });
    const targets = await created(projections);
    const { url } = app.database;
    const job = { targets, memoryBytes: 1, scope: null, maxEventsPerSecond: null, archives: [] };
    const through = BigInt(await positionOf(app.database));
    const watch = { progress: () => undefined, signal: new AbortController().signal };
    const ended: string[] = [];
    const failing = runShares(
      url,
      { ...job, through },
      2,
      async (part, its) => {
        if (part.share.index === 0) throw new Error('the disk is full');
        await runShare(url, { ...job, through }, part, its).finally(() => ended.push('the other'));
        throw new Error('unreachable');
      },
      watch,
    );
    await expect(failing).rejects.toThrow('the disk is full');
    expect(ended).toEqual(['the other']);
    const again = await fill(targets, { memoryBytes: plenty, shares: 2 });
    expect(await contents(targets, again)).toEqual(expected);
  });

  it('writes nothing for a pass that is over', async () => {
    await recordAll();
    const targets = await created(projections);
    const outcome = await fill(targets, { memoryBytes: plenty });
    const expected = await contents(targets, outcome);
    const job = { targets, memoryBytes: 1, scope: null, maxEventsPerSecond: null, archives: [] };
    const through = BigInt(await positionOf(app.database));
    const watch = { progress: () => undefined, signal: new AbortController().signal };
    const late = runShare(
      app.database.url,
      { ...job, through },
      { share: { index: 0, count: 2 }, pass: 1, floor: new SharedArrayBuffer(4) },
      watch,
    );
    await expect(late).rejects.toThrow('the pass over the ledger came to an end');
    expect(await contents(targets, outcome)).toEqual(expected);
  });

  it('lets nobody empty tables that a share of another pass still writes', async () => {
    await recordAll();
    const targets = await created(projections);
    const expected = await folded(projections, { memoryBytes: plenty });
    const holder = await connect(app.database.url);
    const names = targets.map(({ generation }) => generation);
    await holder.query(
      `select pg_advisory_lock_shared(hashtextextended(generation, 7306101120))
       from unnest($1::text[]) as generation`,
      [names],
    );
    const filling = fill(targets, { memoryBytes: plenty, shares: 2 });
    await eventually('it waits', () => isAdvisoryLockWaitedFor(app.database));
    await holder.end();
    expect(await contents(targets, await filling)).toEqual(expected);
  });
});
