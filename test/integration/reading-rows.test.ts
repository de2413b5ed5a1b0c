import type { ZodType } from 'zod';
import {
  eventSchema,
  eventsAnswerSchema,
  streamAnswerSchema,
} from '../../src/modules/reading/event.schemas';
import {
  countsAnswerSchema,
  projectionsAnswerSchema,
  rowAnswerSchema,
  rowsAnswerSchema,
} from '../../src/modules/reading/projection.schemas';
import { projections } from '../../src/projections';
import { executionStatus } from '../../src/projections/execution-status/execution-status.projection';
import { roiTotals } from '../../src/projections/roi-totals/roi-totals.projection';
import { observed, quantile } from '../../src/projections/histogram';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Answer, Problem } from '../harness/client';
import { eventually } from '../harness/eventually';
import { chanceOf, seedOf } from '../harness/seed';

type Row = Readonly<Record<string, unknown>>;
interface Rows {
  readonly projection: string;
  readonly version: number;
  readonly position: string;
  readonly rows: readonly Row[];
  readonly next: string | null;
}

let app: TestApp;
let last: string;

const day = (index: number): string => `2026-01-${String(1 + (index % 9)).padStart(2, '0')}`;
const chance = chanceOf(seedOf('reading-rows'));
const executions = Array.from({ length: 60 }, (_, index) => ({
  executionId: `e${String(index).padStart(3, '0')}`,
  topic: index % 4 === 0 ? undefined : `Topic, ${String(index % 3)}`,
  occurredAt: `${day(index)}T0${String(index % 7)}:30:00.000250Z`,
}));
const calls = Array.from({ length: 400 }, (_, index) => ({
  executionId: chance.oneOf(executions).executionId,
  agent: chance.oneOf(['writer', 'editor', 'Smith, John']),
  model: chance.oneOf(['openai/gpt-4o', 'claude']),
  inputTokens: chance.between(0, 900_000_000),
  outputTokens: chance.between(0, 1_000),
  durationSeconds: chance.between(0, 90_000) / 1000,
  // Sums beyond what a number holds exactly.
  costUsd: index % 5 === 0 ? undefined : 90_000 + chance.between(1, 999_999_999) / 1e9,
  occurredAt: `${day(chance.between(0, 8))}T12:00:00Z`,
}));

/** What is answered for as long as it takes to read that far, or to build a past moment. */
const later = new Set(['position-not-reached', 'as-of-building']);

const get = <Body = Rows & Problem>(path: string): Promise<Answer<Body>> =>
  eventually(path, async () => {
    const answer = await app.client.get<Body>(path, { key: app.keys.analyst });
    const { code } = answer.body as Problem;
    if (later.has(code)) throw new Error(code);
    return answer;
  });
const rowsOf = async (path: string): Promise<readonly Row[]> => {
  const { status, body } = await get(path);
  expect({ status, detail: body.detail }).toEqual({ status: 200 });
  return body.rows;
};
const ids = (rows: readonly Row[]): unknown[] => rows.map((row) => row['executionId']);
const list = '/v1/projections/execution-status';
const totals = '/v1/projections/roi-totals';
const counts = '/v1/counts/execution-status';

const paged = async (path: string, limit: number): Promise<Row[]> => {
  const rows: Row[] = [];
  for (let cursor = ''; ;) {
    const { body } = await get(`${path}&limit=${String(limit)}${cursor}`);
    rows.push(...body.rows);
    if (body.next === null) return rows;
    expect(body.rows).toHaveLength(limit);
    cursor = `&cursor=${body.next}`;
  }
};

beforeAll(async () => {
  app = await startApp();
  const ended = executions.filter((_, index) => index % 3 === 0);
  const scored = executions.filter((_, index) => index % 5 === 0);
  const gates = { opening: true, evidence: true, voice: true, structure: true, chart: true };
  const { body } = await app.client.bulk([
    ...executions.map((data) => ({ command: 'start-execution', data })),
    ...calls.map((data) => ({ command: 'record-llm-call', data })),
    ...scored.map(({ executionId }, index) => ({
      command: 'score-quality',
      data: { executionId, score: index % 2 === 0 ? 9.25 : 5, gates },
    })),
    ...ended.map(({ executionId }) => ({
      command: 'cancel-execution',
      data: { executionId, reason: 'not wanted' },
    })),
  ]);
  last = String(Math.max(...body.map(({ position }) => Number(position))));
  expect(new Set(body.map(({ status }) => status))).toEqual(new Set([200]));
  await rowsOf(`${list}?limit=1&minPosition=${last}`);
  await rowsOf(`${totals}?limit=1&minPosition=${last}`);
});

afterAll(() => app.stop());

describe('answers', () => {
  it('have the shape that the API document tells', async () => {
    const shapes: readonly [string, ZodType][] = [
      ['/v1/projections', projectionsAnswerSchema],
      ...projections.map((one): [string, ZodType] => [
        `/v1/projections/${one.name}?limit=1000`,
        rowsAnswerSchema(one),
      ]),
      [`${totals}?groupBy=agent`, rowsAnswerSchema(roiTotals)],
      [`${list}/e001`, rowAnswerSchema(executionStatus)],
      [`${counts}?by=status`, countsAnswerSchema(executionStatus)],
      [`${counts}?by=status&asOf=${last}`, countsAnswerSchema(executionStatus)],
      ['/v1/events?limit=1000', eventsAnswerSchema],
      ['/v1/events/1', eventSchema],
      ['/v1/streams/execution-e001', streamAnswerSchema],
    ];
    for (const [path, shape] of shapes) {
      const { body } = await get<object>(path);
      expect(shape.parse(body)).toEqual(body);
    }
  });
});

describe('counts', () => {
  interface Counts {
    readonly position: string;
    readonly total: number;
    readonly counts: Readonly<Record<string, number>>;
  }
  const counted = async (query: string): Promise<Counts> => {
    const { status, body } = await get<Counts & Problem>(`${counts}?${query}`);
    expect({ status, detail: body.detail }).toEqual({ status: 200 });
    return body;
  };

  it('tell how many rows have each value, now and as of a past moment', async () => {
    expect(await counted(`by=status&minPosition=${last}`)).toMatchObject({
      total: 60,
      counts: { cancelled: 20, running: 40 },
    });
    const past = await counted('by=status&asOf=60');
    const { rows } = (await get(`${list}?limit=1000&asOf=60`)).body;
    expect(past).toMatchObject({ position: '60', total: rows.length });
    expect(past.counts).toEqual(rows.length === 0 ? {} : { running: rows.length });
  });

  it('are of the rows that the same filters leave', async () => {
    for (const filter of ['topic=', 'decision=publish', 'from=2026-01-03&to=2026-01-05']) {
      const rows = await rowsOf(`${list}?limit=1000&${filter}`);
      const { total, counts: by } = await counted(`by=status&${filter}`);
      expect(total).toBe(rows.length);
      expect(by['cancelled'] ?? 0).toBe(rows.filter(({ status }) => status === 'cancelled').length);
    }
  });

  it('tell what cannot be counted', async () => {
    const { status, body } = await get(`${counts}?by=topic&agnet=writer`);
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { path: 'by', message: 'is one of status' },
      { path: 'agnet', message: 'unknown field, did you mean agent?' },
    ]);
    expect((await get(counts)).body.errors).toEqual([{ path: 'by', message: 'is one of status' }]);
    expect(await get('/v1/counts/roi-totals?by=day')).toMatchObject({
      status: 404,
      body: { code: 'projection-not-counted' },
    });
    expect(await get('/v1/counts/execution-statuses?by=status')).toMatchObject({
      status: 404,
      body: { code: 'projection-unknown' },
    });
    expect(await get(`${counts}?by=status&asOf=99999999`)).toMatchObject({
      status: 400,
      body: { code: 'moment-ahead' },
    });
  });
});

describe('the list of read models', () => {
  it('tells how each stands to the ledger, and its columns', async () => {
    const { body } = await get<{ relay: unknown; projections: readonly Row[] }>('/v1/projections');
    expect(body.relay).toBeNull(); // there is no Kafka
    expect(body.projections.map(({ name }) => name)).toEqual(projections.map(({ name }) => name));
    const { version } = projections[1]!;
    expect(body.projections[1]).toMatchObject({
      kind: 'totals',
      version,
      generation: `roi_totals_v${String(version)}_1`,
      position: last,
      lag: { events: 0, seconds: 0 },
      fault: null,
      parkedStreams: 0,
      key: ['day', 'agent', 'model', 'deployment', 'execution'],
    });
    expect(body.projections[1]?.['columns']).toContainEqual({ name: 'day', type: 'date' });
    expect(JSON.stringify(body)).not.toContain('streamVersion');
  });
});

describe('rows', () => {
  it('come with the projection, its version and its position', async () => {
    const { body } = await get(`${list}?limit=2`);
    expect(body).toMatchObject({ projection: 'execution-status', version: 4, position: last });
    expect(body.rows).toHaveLength(2);
    expect(body.rows[0]).not.toHaveProperty('streamVersion');
  });

  it('are those that any of the values of a filter fits, however it is written', async () => {
    const cancelled = await rowsOf(`${list}?status=cancelled&limit=1000`);
    expect(cancelled).toHaveLength(20);
    expect(await rowsOf(`${list}?status=cancelled&status=running&limit=1000`)).toHaveLength(60);
    expect(await rowsOf(`${list}?status=cancelled,running&limit=1000`)).toHaveLength(60);
    expect(await rowsOf(`${list}?status=cancelled&decision=publish&limit=1000`)).toHaveLength(2);
    expect(await rowsOf(`${list}?score=9.25&limit=1000`)).toHaveLength(6);
    expect(ids(await rowsOf(`${list}?startedAt=2026-01-02T02:30:00.000250%2B01:00`))).toEqual([
      'e001',
    ]);
  });

  it('may be those without a value, by an empty filter', async () => {
    expect(await rowsOf(`${list}?topic=&limit=1000`)).toHaveLength(15);
    expect(await rowsOf(`${list}?topic=,Topic%5C,%201&limit=1000`)).toHaveLength(30);
    expect(await rowsOf(`${list}?endedAt=&limit=1000`)).toHaveLength(40);
  });

  it('lie between from, included, and to, excluded', async () => {
    const starts = executions.map(({ occurredAt }) => occurredAt).sort();
    const within = starts.filter((at) => at >= '2026-01-03' && at < '2026-01-05');
    const rows = await rowsOf(`${list}?from=2026-01-03&to=2026-01-05T00:00:00Z&sort=startedAt`);
    expect(rows.map((row) => row['startedAt'])).toEqual(within);
    const [first = ''] = within;
    expect(await rowsOf(`${list}?from=${first}&to=${first}`)).toEqual([]);
    const days = await rowsOf(
      `${totals}?groupBy=day&from=2026-01-02T18:00:00Z&to=2026-01-04T06:00:00Z`,
    );
    expect(days.map((row) => row['day'])).toEqual(['2026-01-02', '2026-01-03', '2026-01-04']);
    expect(await rowsOf(`${totals}?groupBy=day&from=2026-01-02&to=2026-01-04`)).toHaveLength(2);
  });

  it('are presented: whole numbers of 64 bits as text, times to the microsecond', async () => {
    const [row] = await rowsOf(`${list}?executionId=e001`);
    expect(row).toMatchObject({
      startedAt: '2026-01-02T01:30:00.000250Z',
      stages: {},
      score: null,
    });
    expect(row?.['costNanoUsd']).toMatch(/^\d+$/);
    expect(typeof row?.['costUsd']).toBe('number');
  });

  it.each([
    'startedAt',
    '-score',
    'score,-decision',
    '-decision,status',
    'calls,-startedAt',
    '-topic,-calls',
  ])('sorted by %s are the same in pages as at once', async (sort) => {
    const whole = await rowsOf(`${list}?sort=${sort}&limit=1000`);
    expect(new Set(ids(whole)).size).toBe(60);
    for (const limit of [7, 60]) expect(await paged(`${list}?sort=${sort}`, limit)).toEqual(whole);
  });

  it('without a value come last, in either direction', async () => {
    const down = (await rowsOf(`${list}?sort=-score&limit=1000`)).map((row) => row['score']);
    expect(down.slice(0, 12)).toEqual([
      ...Array<number>(6).fill(9.25),
      ...Array<number>(6).fill(5),
    ]);
    expect(new Set(down.slice(12))).toEqual(new Set([null]));
    const up = (await rowsOf(`${list}?sort=score&limit=1000`)).map((row) => row['score']);
    expect(up.slice(0, 6)).toEqual(Array(6).fill(5));
    expect(up.at(-1)).toBeNull();
  });
});

describe('one row', () => {
  it('is found by its key', async () => {
    const { body } = await get<{ row: Row }>(`${list}/e007`);
    expect(body).toMatchObject({ projection: 'execution-status', position: last });
    expect(body.row).toMatchObject({ executionId: 'e007', status: 'running' });
  });

  it('of totals is found by its keys, a comma within one escaped', async () => {
    const [row] = await rowsOf(`${totals}?agent=Smith%5C,%20John&model=openai/gpt-4o&limit=1`);
    const [day, execution] = [row?.['day'], row?.['execution']].map(String);
    const key = `${day ?? ''},Smith\\, John,openai/gpt-4o,initial,${execution ?? ''}`;
    const { body } = await get<{ row: Row }>(`${totals}/${encodeURIComponent(key)}`);
    expect(body.row).toEqual(row);
  });

  it('that is not there is 404, and a key that cannot be one is 400', async () => {
    expect((await get(`${list}/nobody`)).body).toMatchObject({ status: 404, code: 'row-unknown' });
    for (const key of ['a,b', 'x,a,b,c,d', '2026-01-01,a,b,c,d,e', '%00']) {
      const { status, body } = await get(`${totals}/${key}`);
      expect([status, body.errors?.[0]?.path]).toEqual([400, 'key']);
    }
    expect((await get(`${list}/%00`)).status).toBe(400);
  });
});

describe('sums', () => {
  const sumOf = (some: typeof calls, field: 'inputTokens' | 'outputTokens'): string =>
    String(some.reduce((sum, call) => sum + BigInt(call[field]), 0n));
  const nano = (usd: number | undefined): bigint =>
    usd === undefined ? 0n : BigInt(usd.toFixed(9).replace('.', ''));

  it.each([[['agent']], [['model', 'agent']], [['day']], [['deployment', 'day']], [[]]])(
    'by %p are exact',
    async (keys) => {
      const expected = new Map<string, typeof calls>();
      for (const call of calls) {
        const all = { ...call, day: call.occurredAt.slice(0, 10), deployment: 'initial' };
        const key = JSON.stringify(keys.map((name) => all[name as keyof typeof all]));
        expected.set(key, [...(expected.get(key) ?? []), call]);
      }
      const rows = await paged(`${totals}?groupBy=${keys.join()}`, 4);
      expect(rows).toHaveLength(expected.size);
      for (const row of rows) {
        const some = expected.get(JSON.stringify(keys.map((name) => row[name]))) ?? [];
        const durations = some
          .map(({ durationSeconds }) => observed(Math.round(durationSeconds * 1000)))
          .reduce((left, right) => left + right);
        expect(row).toMatchObject({
          calls: String(some.length),
          unpricedCalls: String(some.filter(({ costUsd }) => costUsd === undefined).length),
          inputTokens: sumOf(some, 'inputTokens'),
          outputTokens: sumOf(some, 'outputTokens'),
          costNanoUsd: String(some.reduce((sum, { costUsd }) => sum + nano(costUsd), 0n)),
          durationMs: { p50: quantile(durations, 0.5), p99: quantile(durations, 0.99) },
        });
      }
    },
  );

  it('tell their percentiles by SQL as they do over HTTP', async () => {
    const asked = await app.database.sql<{ model: string; p50: number; p99: number }>(
      `select model, read.quantile(sum(duration_ms), 0.5) as p50, read.quantile(sum(duration_ms), 0.99) as p99
       from read.roi_totals group by model order by model`,
    );
    const answered = await rowsOf(`${totals}?groupBy=model&sort=model`);
    expect(asked.length).toBeGreaterThan(1);
    expect(answered).toMatchObject(
      asked.map(({ model, p50, p99 }) => ({ model, durationMs: { p50, p99 } })),
    );
  });

  it('of nothing are one row of zeros in total, and none otherwise', async () => {
    const [row, ...more] = await rowsOf(`${totals}?groupBy=&from=2030-01-01`);
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      calls: '0',
      costNanoUsd: '0',
      costUsd: 0,
      durationMs: { p50: null },
    });
    expect(await rowsOf(`${totals}?groupBy=agent&from=2030-01-01`)).toEqual([]);
  });

  it('can be filtered by a key that they are not grouped by, and by a sum', async () => {
    const [row] = await rowsOf(`${totals}?groupBy=&agent=writer`);
    const writers = calls.filter(({ agent }) => agent === 'writer').length;
    expect(row?.['calls']).toBe(String(writers));
    const rows = await rowsOf(`${totals}?groupBy=agent&calls=${String(writers)}`);
    expect(rows.map(({ agent }) => agent)).toContain('writer');
    expect(await rowsOf(`${totals}?groupBy=agent&calls=1`)).toEqual([]);
  });

  it('can be sorted by a sum', async () => {
    const rows = await rowsOf(`${totals}?groupBy=agent,model&sort=-calls`);
    const counts = rows.map((row) => Number(row['calls']));
    expect(counts).toEqual([...counts].sort((left, right) => right - left));
    expect(await paged(`${totals}?groupBy=agent,model&sort=-calls`, 1)).toEqual(rows);
    const exactly = await rowsOf(`${totals}?groupBy=agent,model&sort=-costNanoUsd`);
    expect(await paged(`${totals}?groupBy=agent,model&sort=-costUsd`, 1)).toEqual(exactly);
  });
});

describe('a query that is wrong', () => {
  it('is told every fault at once, with the nearest names', async () => {
    const { status, body } = await get(
      `${list}?execution_id=x&calls=many,1&endedAt=soon&score=NaN&sort=statsu,-calls,calls&limit=1001` +
        `&minPosition=-1&asOf=never&from=2026-02-30&inputTokens=9223372036854775808&topic=%00&cursor=xyz&limit=2`,
    );
    expect([status, body.code]).toEqual([400, 'malformed']);
    expect(body.errors).toEqual(
      expect.arrayContaining([
        { path: 'execution_id', message: 'unknown field, did you mean executionId?' },
        { path: 'calls', message: '"many" is not a whole number' },
        { path: 'score', message: '"NaN" is not a number' },
        { path: 'sort', message: 'statsu: unknown column, did you mean status?' },
        { path: 'sort', message: 'calls is named twice' },
        { path: 'limit', message: 'is to be given once' },
        { path: 'asOf', message: expect.stringMatching(/^is a position, or /) },
        { path: 'inputTokens', message: '"9223372036854775808" is not a whole number' },
        { path: 'cursor', message: 'is not one that was given out here' },
      ]),
    );
    const paths = new Set(body.errors?.map(({ path }) => path));
    expect([...paths].sort()).toEqual(
      [
        'asOf',
        'calls',
        'inputTokens',
        'cursor',
        'endedAt',
        'execution_id',
        'from',
        'limit',
        'minPosition',
        'score',
        'sort',
        'topic',
      ].sort(),
    );
  });

  it.each([
    `${totals}?groupBy=agent,modell`,
    `${totals}?groupBy=agent,agent`,
    `${totals}?groupBy=agent&sort=day`,
    `${totals}?groupBy=calls`,
    `${totals}?day=2026-1-1`,
    `${totals}?durationMs=5`,
    `${totals}?sort=durationMs`,
    `${list}?groupBy=status`,
    `${list}?limit=0`,
    `${list}?limit=1.5`,
    `${list}?stages=x`,
    `${list}?sort=`,
    `${list}/e001?limit=5`,
    `${list}?__proto__=x&constructor=y`,
  ])('%s is 400', async (path) => {
    expect((await get(path)).status).toBe(400);
  });

  it('names the nearest read model', async () => {
    const { status, body } = await get('/v1/projections/roi_total');
    expect([status, body.code]).toEqual([404, 'projection-unknown']);
    expect(body.detail).toContain('did you mean roi-totals?');
  });

  it('is refused without a key, and for a type that there is none of', async () => {
    expect((await app.client.get(list, { key: null })).status).toBe(401);
    expect((await app.client.get(list, { accept: 'application/xml' })).status).toBe(406);
  });
});

describe('a cursor', () => {
  it('is refused by any other query, garbled, or made up', async () => {
    const { body } = await get(`${list}?status=running&limit=5`);
    const cursor = body.next ?? '';
    const [, ...place] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[];
    const made = (content: unknown): string =>
      Buffer.from(JSON.stringify(content)).toString('base64url');
    const [hash] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[];
    const wrong = [
      `${list}?limit=5&cursor=${cursor}`,
      `${list}?status=cancelled&cursor=${cursor}`,
      `${list}?status=running&sort=startedAt&cursor=${cursor}`,
      `${list}?status=running&from=2026-01-01&cursor=${cursor}`,
      `${totals}?cursor=${cursor}`,
      `${list}?status=running&cursor=${cursor.slice(1)}`,
      `${list}?status=running&cursor=${cursor}A`,
      `${list}?status=running&cursor=`,
      `${list}?status=running&cursor=${made([hash])}`,
      `${list}?status=running&cursor=${made([hash, 'x', 'y'])}`,
      `${list}?status=running&cursor=${made([hash, null, 'y'])}`,
      `${list}?status=running&cursor=${made([hash, ...place, 'z'])}`,
      `${list}?status=running&cursor=${made({ hash })}`,
    ];
    for (const path of wrong) {
      const { status, body: problem } = await get(path);
      expect([path, status, problem.errors?.[0]?.path]).toEqual([path, 400, 'cursor']);
    }
    expect(await rowsOf(`${list}?status=running&limit=5&cursor=${cursor}`)).toHaveLength(5);
    expect(await rowsOf(`${list}?limit=3&cursor=${cursor}&status=running`)).toHaveLength(3);
  });
});

describe('a live generation of a version that this code does not know', () => {
  it('is not read', async () => {
    const set = (version: number): Promise<unknown> =>
      app.database.sql(`update ops.generations set version = $1 where projection = 'roi-totals'`, [
        version,
      ]);
    await set(roiTotals.version + 1);
    const { status, body, headers } = await get(totals);
    expect([status, body.code]).toEqual([503, 'version-not-live']);
    expect(headers.get('retry-after')).toBe('5');
    await set(roiTotals.version);
    expect((await get(totals)).status).toBe(200);
  });
});
