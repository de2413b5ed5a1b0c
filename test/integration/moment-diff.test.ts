import { Client } from 'pg';
import { Generations } from '../../src/modules/projector/generations';
import { priceBook } from '../../src/projections/price-book/price-book.projection';
import type { MomentDiff } from '../../src/modules/reading/moment-diffs/moment-diff.schemas';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Answer, Problem, RequestOptions } from '../harness/client';
import { eventually } from '../harness/eventually';
import { isTableWaitedFor } from '../harness/lock-waits';
import { schemasOf } from '../harness/rebuilds';
import { work } from '../harness/work';

type Row = Readonly<Record<string, unknown>>;

interface AsOfAnswer {
  readonly position: string;
  readonly ledgerHash: string;
  readonly rows: readonly Row[];
}

let app: TestApp;
/** Behind twelve executions; behind six more, with calls of the first ones too, of which one ended. */
let early: string;
let late: string;

const end = async (): Promise<string> => {
  const [head] = await app.database.sql<{ position: string }>('select position from ledger.head');
  return head?.position ?? '';
};

/** Asks until no moment is being built for the answer any more. */
const built = <Body>(
  path: string,
  options: RequestOptions & { readonly accept?: string } = {},
): Promise<Answer<Body>> =>
  eventually(`${path} is built`, async () => {
    const answer = await app.client.get<Body & Partial<Problem>>(path, options);
    return answer.body.code === 'as-of-building' ? null : answer;
  });

const diff = async (path: string): Promise<MomentDiff> => {
  const { status, body } = await built<MomentDiff>(`/v1/diff/${path}`);
  expect({ path, status }).toEqual({ path, status: 200 });
  return body;
};

const asOf = async (name: string, position: string): Promise<AsOfAnswer> => {
  const path = `/v1/projections/${name}?limit=1000&asOf=${position}`;
  return (await built<AsOfAnswer>(path)).body;
};

const lines = async (path: string): Promise<Row[]> => {
  const accept = 'application/x-ndjson';
  const { status, headers, body } = await built<string>(`/v1/diff/${path}`, { accept });
  expect({ status, type: headers.get('content-type') }).toEqual({
    status: 200,
    type: `${accept}; charset=utf-8`,
  });
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
};

const fixed = async (): Promise<string[]> => {
  const rows = await app.database.sql<{ id: string }>(
    `select id from ops.generations where state = 'fixed' order by id`,
  );
  return rows.map(({ id }) => id);
};

/** Runs `work` while nobody else reads a table. */
const whileLocked = async (table: string, work: () => Promise<void>): Promise<void> => {
  const owner = new Client({ connectionString: app.database.ownerUrl });
  await owner.connect();
  try {
    await owner.query(`begin; lock table ${table} in access exclusive mode`);
    await work();
  } finally {
    await owner.end();
  }
};

describe('the diff of two moments', () => {
  beforeEach(async () => {
    app = await startApp();
    await work(app.client, { executions: 12, calls: 4 });
    early = await end();
    await work(app.client, { executions: 18, calls: 3, prefix: 'later' });
    await app.client.command('record-llm-call', {
      executionId: 'run-3',
      agent: 'writer',
      model: 'gpt-4o',
      inputTokens: 5,
      outputTokens: 7,
      durationSeconds: 1,
      costUsd: 0.25,
    });
    await app.client.command('complete-execution', { executionId: 'run-0' });
    late = await end();
  });
  afterEach(() => app.stop());

  it('counts the rows in which the answers of the two differ', async () => {
    const keyed = ({ rows }: AsOfAnswer): Map<unknown, string> =>
      new Map(rows.map((row) => [row['executionId'], JSON.stringify(row)]));
    const before = keyed(await asOf('execution-status', early));
    const after = keyed(await asOf('execution-status', late));
    const shared = [...after].filter(([key]) => before.has(key));
    const changed = shared.filter(([key, row]) => before.get(key) !== row).map(([key]) => key);
    expect(changed.sort()).toEqual(['run-0', 'run-3']);

    const { tables } = await diff(`execution-status?from=${early}&to=${late}`);
    expect(tables).toMatchObject([
      {
        table: 'execution_status',
        rows: { before: 12, after: 30 },
        added: 18,
        missing: 0,
        changed: 2,
        columns: { status: 1, endedAt: 1, calls: 1, streamVersion: 2 },
      },
    ]);
    const sampled = tables[0]?.samples.filter(({ kind }) => kind === 'changed');
    expect(sampled?.map(({ key }) => key['executionId'])).toEqual(changed);
    expect(sampled?.[0]?.fields).toContainEqual({
      column: 'status',
      before: 'running',
      after: 'completed',
    });
  });

  it('has the sums of both, in the totals and in what is rolled up of them', async () => {
    const sumOf = (rows: readonly Row[], column: string): string =>
      String(rows.reduce((sum, row) => sum + BigInt(row[column] as string), 0n));
    const before = await asOf('roi-totals', early);
    const after = await asOf('roi-totals', late);
    const { tables } = await diff(`roi-totals?from=${early}&to=${late}`);
    expect(tables.map(({ table }) => table)).toEqual(['roi_totals', 'roi_totals_rollup']);
    for (const { totals } of tables) {
      for (const column of ['calls', 'inputTokens', 'costNanoUsd']) {
        expect(totals).toContainEqual({
          column,
          before: sumOf(before.rows, column),
          after: sumOf(after.rows, column),
        });
      }
    }
  });

  it('names both by position and history', async () => {
    const name = async (position: string) => {
      const { ledgerHash } = await asOf('price-book', position);
      return { position, ledgerHash };
    };
    expect(await diff(`price-book?from=${early}&to=${late}`)).toEqual({
      projection: 'price-book',
      version: priceBook.version,
      before: await name(early),
      after: await name(late),
      tables: [expect.objectContaining({ added: 0, missing: 0, changed: 0, samples: [] })],
      parked: { before: 0, after: 0 },
    });
  });

  it('turns round where the later moment comes first', async () => {
    const [there, back] = await Promise.all([
      diff(`roi-totals?from=${early}&to=${late}`),
      diff(`roi-totals?from=${late}&to=${early}`),
    ]);
    expect(back).toMatchObject({ before: there.after, after: there.before });
    const [ahead, reverse] = [there.tables[0]!, back.tables[0]!];
    expect([reverse.added, reverse.missing]).toEqual([ahead.missing, ahead.added]);
    expect(ahead.added).toBeGreaterThan(0);
  });

  it('takes times, and the end of the ledger where nothing is said', async () => {
    const { before, after } = await diff('roi-totals?from=2020-01-01');
    expect([before.position, after.position]).toEqual(['0', late]);
    const [middle] = await app.database.sql<{ at: Date }>(
      'select recorded_at as at from ledger.events where position = $1',
      [Number(early) + 1],
    );
    const time = middle!.at.toISOString();
    const found = await diff(`roi-totals?from=${time}&to=${late}`);
    expect(found.before.position).toBe((await asOf('roi-totals', time)).position);
  });

  it('is empty at once between a moment and itself', async () => {
    const before = await schemasOf(app.database);
    const { before: one, after, tables } = await diff(`roi-totals?from=${late}&to=${late}`);
    expect({ one, tables }).toEqual({ one: after, tables: [] });
    expect(one.ledgerHash).toMatch(/^[0-9a-f]{64}$/);
    expect(await lines(`roi-totals?from=${late}&to=${late}`)).toEqual([]);
    expect(await schemasOf(app.database)).toEqual(before);
  });

  it('streams every row that differs as JSON lines, and says of which positions', async () => {
    await work(app.client, { executions: 40, calls: 0, prefix: 'many' });
    const rows = await lines(`execution-status?from=${late}`);
    expect(rows.map(({ key }) => (key as Row)['executionId'])).toEqual(
      Array.from({ length: 40 }, (_, at) => `many-${String(at)}`).sort(),
    );
    expect(rows[0]).toMatchObject({
      projection: 'execution-status',
      table: 'execution_status',
      kind: 'added',
      fields: expect.arrayContaining([{ column: 'status', before: null, after: 'running' }]),
    });
    const accept = 'application/x-ndjson';
    const { headers } = await built(`/v1/diff/execution-status?from=${late}`, { accept });
    expect(headers.get('x-flowledger-from')).toBe(late);
    expect(headers.get('x-flowledger-to')).toBe(await end());
  });

  it('takes no side for an empty one that is dropped before it is read', async () => {
    const path = `execution-status?from=${early}&to=${late}`;
    const whole = await diff(path);
    const sides = await fixed();
    expect(sides).toHaveLength(2);
    let again = Promise.resolve(whole);
    // The first side's hash is looked up once it is found.
    await whileLocked('ledger.commits', async () => {
      again = diff(path);
      await eventually('the first side is found', () =>
        isTableWaitedFor(app.database, 'ledger.commits'),
      );
      await app.get(Generations).drop(sides, AbortSignal.abort());
    });
    expect(await again).toEqual(whole);
    expect(await fixed()).not.toEqual(sides);
  });

  it('is answered 503 while a side is being built, and is there later', async () => {
    const path = `roi-totals?from=${early}&to=${late}`;
    await whileLocked('ledger.events', async () => {
      const { status, headers, body } = await app.client.get<Problem>(`/v1/diff/${path}`);
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'as-of-building' });
      expect(headers.get('retry-after')).toBe('5');
    });
    expect((await diff(path)).tables[0]?.added).toBeGreaterThan(0);
  });
});

describe('no diff', () => {
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  it.each([
    ['roi-totals', 400, 'malformed', ['from']],
    ['roi-totals?from=soon&to=-1', 400, 'malformed', ['from', 'to']],
    ['roi-totals?from=1&form=2', 400, 'malformed', ['form']],
    ['roi-totals?from=1&from=2', 400, 'malformed', ['from']],
    ['roi-totals?from=99999999&to=2999-01-01', 400, 'moment-ahead', ['from', 'to']],
    ['roi-total?from=1', 404, 'projection-unknown', undefined],
  ])('%s is refused with %i %s', async (path, status, code, paths) => {
    const { body, ...answer } = await app.client.get<Problem>(`/v1/diff/${path}`);
    expect({ status: answer.status, code: body.code }).toEqual({ status, code });
    expect(body.errors?.map((fault) => fault.path)).toEqual(paths);
  });

  it('is not to be had as CSV', async () => {
    const accept = 'text/csv';
    const { status } = await app.client.get(`/v1/diff/roi-totals?from=1`, { accept });
    expect(status).toBe(406);
  });
});
