import * as columns from '../../src/projections/columns';
import { entity, totals } from '../../src/projections/projection';
import type { Projection } from '../../src/projections/projection';
import {
  addCheckpointsSql,
  addGenerationSql,
  clearCheckpointsSql,
} from '../../src/modules/projector/generation.sql';
import { columnsOf, createTablesSql, rowToJson, tableOf } from '../../src/modules/projector/table';
import { Snapshot } from '../../src/modules/database/snapshot';
import { diffOf, differences } from '../../src/modules/rebuild/diff/projection-diff';
import type { ProjectionDiff } from '../../src/modules/rebuild/diff/projection-diff';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';

const partitions = 4;

const presentation = {
  summary: 'For tests',
  time: 'startedAt',
  sort: 'id',
  present: (row: Readonly<Record<string, unknown>>) => ({ ...row }),
  presented: {},
};

const things = entity({
  ...presentation,
  name: 'some-things',
  version: 1,
  category: 'thing',
  key: 'thingId',
  columns: {
    thingId: columns.text(),
    name: columns.nullable(columns.text()),
    steps: columns.integer(),
    costNanoUsd: columns.bigInteger(),
    score: columns.nullable(columns.real()),
    passed: columns.nullable(columns.boolean()),
    startedAt: columns.nullable(columns.instant()),
    day: columns.nullable(columns.day()),
    detail: columns.nullable(columns.json()),
  },
  opens: {},
  changes: {},
});

const sums = totals({
  ...presentation,
  name: 'some-sums',
  version: 1,
  key: { day: columns.day(), agent: columns.text() },
  measures: { calls: columns.sum(), last: columns.maximum(), durationMs: columns.histogram() },
  detail: ['agent'],
  contributes: {},
});

const thing = (thingId: string, change: object = {}): Record<string, unknown> => ({
  thingId,
  name: 'a thing',
  steps: 3,
  costNanoUsd: 12_000_000_000_000n,
  score: 0.1,
  passed: true,
  startedAt: '2026-01-08T22:32:15.550791Z',
  day: '2026-01-08',
  detail: { a: 1, b: [true, null, 'x'] },
  streamVersion: 5,
  ...change,
});

let database: TestDatabase;

beforeEach(async () => {
  database = await freshDatabase();
});

afterEach(() => database.drop());

const write = async (id: string, projection: Projection, rows: object[]): Promise<void> => {
  const all = columnsOf(projection);
  const names = all.map(({ sql }) => sql).join(', ');
  const typed = all.map(({ sql, type }) => `${sql} ${type}`).join(', ');
  await database.sql(
    `insert into ${tableOf(id, projection)} (${names})
     select ${names} from json_to_recordset($1::json) as rows (${typed})`,
    [JSON.stringify(rows.map((row) => rowToJson(all, row as Record<string, unknown>)))],
  );
};

/** A generation of a projection that stands at position 0, with these rows. */
const generation = async (id: string, projection: Projection, rows: object[]): Promise<void> => {
  await database.sql(`create schema ${id} authorization flowledger_app`);
  await database.sql(`grant all on schema ${id} to flowledger_app`);
  for (const sql of createTablesSql(id, projection)) await database.sql(sql);
  await database.sql(`grant all on all tables in schema ${id} to flowledger_app`);
  const { name, version } = projection;
  await database.sql(addGenerationSql, [id, name, version, 'building', null, null, null]);
  await database.sql(addCheckpointsSql, [id, partitions, 0]);
  await write(id, projection, rows);
};

const within = async <T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T> => {
  const snapshot = await Snapshot.open(database.url, new AbortController().signal);
  try {
    return await work(snapshot);
  } finally {
    await snapshot.close();
  }
};

const compared = (projection: Projection): Promise<ProjectionDiff | null> =>
  within((snapshot) => diffOf(snapshot, projection, 'one', 'two'));

/** The diff of the table of some things, of which one generation has `before`, the other `after`. */
const diffOfThings = async (before: object[], after: object[]) => {
  await generation('one', things, before);
  await generation('two', things, after);
  const diff = await compared(things);
  return diff!.tables[0]!;
};

describe('the diff of two generations', () => {
  it('is nothing where all rows are the same, though keys of JSON are in another order', async () => {
    const diff = await diffOfThings(
      [thing('a'), thing('b', { detail: null, name: null })],
      [
        thing('b', { detail: null, name: null }),
        thing('a', { detail: { b: [true, null, 'x'], a: 1 } }),
      ],
    );
    expect(diff).toMatchObject({ rows: { before: 2, after: 2 }, added: 0, missing: 0, changed: 0 });
    expect(diff).toMatchObject({ columns: {}, samples: [], onlyBefore: [], onlyAfter: [] });
  });

  it('says of which history, and where in it', async () => {
    await generation('one', things, []);
    await generation('two', things, []);
    const diff = await compared(things);
    const [commit] = await database.sql<{ hash: string }>(
      `select encode(hash, 'hex') as hash from ledger.head`,
    );
    expect(diff).toMatchObject({ projection: 'some-things', before: 'one', after: 'two' });
    expect(diff).toMatchObject({ position: '0', ledgerHash: commit!.hash });
    expect(diff!.parked).toEqual({ before: 0, after: 0 });
  });

  it.each<[string, unknown, unknown, string | null, string | null]>([
    ['name', 'a thing', '', 'a thing', ''],
    ['name', '\\N\t"quoted"\n', null, '\\N\t"quoted"\n', null],
    ['steps', 3, -3, '3', '-3'],
    ['costNanoUsd', 2n ** 62n, 2n ** 62n + 1n, '4611686018427387904', '4611686018427387905'],
    ['score', 0.1, 0.1 + 2 ** -56, '0.1', '0.10000000000000002'],
    ['passed', true, false, 'true', 'false'],
    ['passed', null, false, null, 'false'],
    [
      'startedAt',
      '2026-01-08T22:32:15.550791Z',
      '2026-01-08T22:32:15.550792Z',
      '2026-01-08T22:32:15.550791Z',
      '2026-01-08T22:32:15.550792Z',
    ],
    ['day', '2026-01-08', '2026-01-09', '2026-01-08', '2026-01-09'],
    ['detail', { a: 1 }, { a: '1' }, '{"a":1}', '{"a":"1"}'],
    ['detail', [1, 2], [2, 1], '[1,2]', '[2,1]'],
    ['streamVersion', 5, 6, '5', '6'],
  ])('finds a changed %s: %j is no longer %j', async (column, before, after, shown, other) => {
    const diff = await diffOfThings(
      [thing('a', { [column]: before }), thing('b')],
      [thing('a', { [column]: after }), thing('b')],
    );
    expect(diff).toMatchObject({ added: 0, missing: 0, changed: 1, columns: { [column]: 1 } });
    expect(diff.samples).toEqual([
      { kind: 'changed', key: { thingId: 'a' }, fields: [{ column, before: shown, after: other }] },
    ]);
  });

  it('counts rows that only one has, and shows all they have', async () => {
    const sparse = { name: null, score: null, passed: null, day: null, detail: null };
    const diff = await diffOfThings([thing('a'), thing('b', sparse)], [thing('a'), thing('c')]);
    expect(diff).toMatchObject({ rows: { before: 2, after: 2 }, added: 1, missing: 1, changed: 0 });
    const [missing, added] = diff.samples;
    expect(missing).toEqual({
      kind: 'missing',
      key: { thingId: 'b' },
      fields: [
        { column: 'steps', before: '3', after: null },
        { column: 'costNanoUsd', before: '12000000000000', after: null },
        { column: 'startedAt', before: '2026-01-08T22:32:15.550791Z', after: null },
        { column: 'streamVersion', before: '5', after: null },
      ],
    });
    expect(added).toMatchObject({ kind: 'added', key: { thingId: 'c' } });
    expect(added!.fields.map(({ column, after }) => [column, after])).toEqual([
      ['name', 'a thing'],
      ['steps', '3'],
      ['costNanoUsd', '12000000000000'],
      ['score', '0.1'],
      ['passed', 'true'],
      ['startedAt', '2026-01-08T22:32:15.550791Z'],
      ['day', '2026-01-08'],
      ['detail', '{"a":1,"b":[true,null,"x"]}'],
      ['streamVersion', '5'],
    ]);
  });

  it('adds up the numeric columns of both exactly', async () => {
    const large = { costNanoUsd: 2n ** 63n - 1n, score: 0.1 };
    const diff = await diffOfThings(
      [thing('a', large), thing('b', large), thing('c', { ...large, score: null })],
      [],
    );
    expect(diff.totals).toEqual([
      { column: 'steps', before: '9', after: '0' },
      { column: 'costNanoUsd', before: '27670116110564327421', after: '0' },
      { column: 'score', before: '0.2', after: '0' },
      { column: 'streamVersion', before: '15', after: '0' },
    ]);
  });

  it('compares totals and what is rolled up of them', async () => {
    const row = (agent: string, calls: bigint) => ({
      day: '2026-01-08',
      agent,
      calls,
      last: null,
      durationMs: 10n ** 600n + calls,
    });
    await generation('one', sums, [row('writer', 2n), row('editor', 1n)]);
    await generation('two', sums, [row('writer', 3n), row('editor', 1n)]);
    await database.sql(`insert into two.some_sums_rollup values ('2026-01-08', 4, null, 7)`);
    const diff = await compared(sums);
    expect(diff!.tables).toMatchObject([
      { table: 'some_sums', changed: 1, added: 0, columns: { calls: 1, durationMs: 1 } },
      { table: 'some_sums_rollup', changed: 0, added: 1, rows: { before: 0, after: 1 } },
    ]);
    expect(diff!.tables[0]!.samples[0]).toEqual({
      kind: 'changed',
      key: { day: '2026-01-08', agent: 'writer' },
      fields: [
        { column: 'calls', before: '2', after: '3' },
        { column: 'durationMs', before: String(10n ** 600n + 2n), after: String(10n ** 600n + 3n) },
      ],
    });
  });

  it('shows twenty samples of each kind in turn, and streams every difference', async () => {
    const named = (prefix: string, count: number, change: object = {}): object[] =>
      Array.from({ length: count }, (_, at) =>
        thing(`${prefix}${String(at).padStart(4, '0')}`, change),
      );
    await generation('one', things, [
      ...named('gone', 1_500),
      ...named('same', 40),
      ...named('kept', 9),
    ]);
    await generation('two', things, [
      ...named('new', 30),
      ...named('same', 40),
      ...named('kept', 9, { steps: 4 }),
    ]);
    const diff = await compared(things);
    const { samples, ...counts } = diff!.tables[0]!;
    expect(counts).toMatchObject({ added: 30, missing: 1_500, changed: 9, columns: { steps: 9 } });
    expect(samples).toHaveLength(20);
    const kindsOf = (kind: string): number => samples.filter((one) => one.kind === kind).length;
    expect([kindsOf('missing'), kindsOf('added'), kindsOf('changed')]).toEqual([7, 7, 6]);
    const all = await within(async (snapshot) => {
      const found: { kind: string; table: string; key: object }[] = [];
      for await (const one of differences(snapshot, things, 'one', 'two')) found.push(one);
      return found;
    });
    const keys = (kind: string): unknown[] =>
      all.filter((one) => one.kind === kind).map(({ key }) => Object.values(key)[0] as unknown);
    expect(keys('missing')).toEqual(
      named('gone', 1_500).map((row) => Object.values(row)[0] as unknown),
    );
    expect(keys('added')).toEqual(named('new', 30).map((row) => Object.values(row)[0] as unknown));
    expect(keys('changed')).toEqual(
      named('kept', 9).map((row) => Object.values(row)[0] as unknown),
    );
    expect(new Set(all.map(({ table }) => table))).toEqual(new Set(['some_things']));
  });

  it('does not compare generations that stand at different positions', async () => {
    await generation('one', things, []);
    await generation('two', things, []);
    await database.sql(
      `update ops.partition_checkpoints set position = 1 where generation = 'two' and partition = 2`,
    );
    expect(await compared(things)).toBeNull();
  });

  it('does not compare a generation that has no checkpoints', async () => {
    await generation('one', things, []);
    await generation('two', things, []);
    await database.sql(clearCheckpointsSql, ['two']);
    expect(await compared(things)).toBeNull();
  });

  it('takes checkpoints for the same between which no event was sent to their partition', async () => {
    await generation('one', things, []);
    await generation('two', things, []);
    await database.sql(
      `update ops.partition_checkpoints set position = 7 where generation = 'one'`,
    );
    await database.sql(
      `update ops.partition_checkpoints set position = 9 where generation = 'two'`,
    );
    const relay = async (position: number, last: number[]): Promise<ProjectionDiff | null> => {
      await database.sql(
        `insert into ops.relay (topic, position, last) values ('t', $1, $2)
         on conflict (topic) do update set position = excluded.position, last = excluded.last`,
        [position, last],
      );
      return compared(things);
    };
    expect(await relay(8, [7, 5, 0, 7])).toBeNull();
    expect(await relay(9, [7, 8, 0, 7])).toBeNull();
    expect(await relay(9, [7, 5, 0, 7])).toMatchObject({ position: '9' });
  });

  it('compares what both have, and names what only one has, where versions differ', async () => {
    await generation('one', things, [thing('a'), thing('b')]);
    const next = entity({
      ...presentation,
      name: 'some-things',
      version: 2,
      category: 'thing',
      key: 'thingId',
      columns: {
        thingId: columns.text(),
        steps: columns.bigInteger(),
        passed: columns.text(),
        isLoud: columns.boolean(),
      },
      opens: {},
      changes: {},
    });
    const row = { passed: 'true', isLoud: true, streamVersion: 5 };
    await generation('two', next, [
      { thingId: 'a', steps: 3n, ...row },
      { thingId: 'b', steps: 2n ** 40n, ...row },
    ]);
    const [diff] = (await compared(next))!.tables;
    expect(diff).toMatchObject({ changed: 1, columns: { steps: 1 }, onlyAfter: ['isLoud'] });
    expect(diff!.onlyBefore).toEqual(
      ...[['name', 'costNanoUsd', 'score', 'startedAt', 'day', 'detail']],
    );
    expect(diff!.samples[0]!.fields).toEqual([
      { column: 'steps', before: '3', after: '1099511627776' },
    ]);
  });

  it('takes no row for another where versions tell them apart by other keys', async () => {
    await generation('one', things, [thing('a')]);
    const next = entity({
      ...(things as typeof things & { kind: 'entity' }),
      version: 2,
      key: 'otherId',
      columns: { otherId: columns.text(), steps: columns.integer() },
    });
    await generation('two', next, [{ otherId: 'a', steps: 3, streamVersion: 1 }]);
    const [diff] = (await compared(next))!.tables;
    expect(diff).toMatchObject({ added: 1, missing: 1, changed: 0, onlyAfter: ['otherId'] });
    expect(diff!.totals[0]).toEqual({ column: 'steps', before: '3', after: '3' });
  });

  it('takes a rollup that only one version keeps for an empty one of the other', async () => {
    await generation('one', sums, []);
    await generation('two', sums, []);
    await database.sql('drop table one.some_sums_rollup');
    await database.sql(`insert into two.some_sums_rollup values ('2026-01-08', 4, null, 7)`);
    expect((await compared(sums))!.tables[1]).toMatchObject({
      rows: { before: 0, after: 1 },
      added: 1,
    });
  });
});
