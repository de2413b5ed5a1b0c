/* A bulk fold comes to the same rows, however little memory it may take. */
import { Generations } from '../../src/modules/projector/generations';
import { tableOf } from '../../src/modules/projector/table';
import type { EventScope } from '../../src/modules/reading/event.schemas';
import type { BulkOutcome } from '../../src/modules/rebuild/bulk/bulk-job';
import { runBulk } from '../../src/modules/rebuild/bulk/bulk-run';
import { projections } from '../../src/projections';
import { integer, text } from '../../src/projections/columns';
import { entity, rollupOf } from '../../src/projections/projection';
import type { Projection } from '../../src/projections/projection';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { positionOf } from '../harness/ledger-proof';
import { append, histories, record } from '../harness/recorded-histories';
import { seedOf } from '../harness/seed';

jest.setTimeout(180_000);

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
  { memoryBytes, scope, maxEventsPerSecond, signal, progress }: Fold,
): Promise<BulkOutcome> =>
  runBulk(
    app.database.url,
    {
      ...{ targets, memoryBytes, scope: scope ?? null },
      through: BigInt(await positionOf(app.database)),
      maxEventsPerSecond: maxEventsPerSecond ?? null,
    },
    progress ?? (() => undefined),
    signal ?? new AbortController().signal,
  );

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
      ...{ memoryBytes: 1, maxEventsPerSecond: 1_000, signal: broken.signal },
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
      ...{ name: 'beats', version: 1, summary: 'Beats', category: 'execution' },
      ...{ key: 'executionId', time: 'executionId', sort: 'executionId' },
      ...{ presented: {}, present: (row) => ({ ...row }) },
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
        ...{ stream: 'parking-beats', version: 1, schemaVersion: 1 },
        ...{ type: 'ParkedStreamRetried', data: retry },
      },
    ]);
    expect(await folded([beats], { memoryBytes: 1 })).toEqual({
      beats: [{ t: '(a,1,2)' }, { t: '(b,0,1)' }],
      'beats, parked': [expect.objectContaining({ stream: 'execution-b' })],
    });
  });
});
