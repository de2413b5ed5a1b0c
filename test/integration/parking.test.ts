/* Events that a projection cannot apply: parked, tried again, left out; and what a rebuild makes of them. */
import { parkedVerb } from '../../scripts/parked';
import { PROJECTIONS } from '../../src/modules/projector/projections.token';
import type { Proof } from '../../src/modules/proof/proof.schemas';
import { projections } from '../../src/projections';
import { instant, integer, sum, text } from '../../src/projections/columns';
import { entity, totals } from '../../src/projections/projection';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { healthBecomes } from '../harness/health';
import { onceBuilt } from '../harness/past-moments';
import { operatorOf } from '../harness/rebuilds';
import type { Operator } from '../harness/rebuilds';
import { runVerb } from './run-verb';

/** Reasons of heartbeats that the code at hand cannot apply. */
const disliked = new Set<string>();

const taste = (reason: string | null): void => {
  if (reason !== null && disliked.has(reason)) throw new Error(`no taste for ${reason}`);
};

const presentation = { presented: {}, present: (row: object) => ({ ...row }) };

const course = entity({
  ...presentation,
  name: 'course',
  version: 1,
  summary: 'Courses',
  category: 'execution',
  key: 'executionId',
  time: 'startedAt',
  sort: 'startedAt',
  columns: { executionId: text(), beats: text(), startedAt: instant(), count: integer() },
  opens: {
    ExecutionStarted: ({ data, occurredAt }, executionId) => {
      taste(data.topic);
      return { executionId, beats: '', startedAt: occurredAt, count: 0 };
    },
  },
  changes: {
    HeartbeatReceived: (row, { data }) => {
      taste(data.reason);
      return { ...row, beats: `${row.beats}${data.reason ?? ''} `, count: row.count + 1 };
    },
  },
});

const count = totals({
  ...presentation,
  name: 'count',
  version: 1,
  summary: 'Beats',
  time: 'stream',
  sort: 'stream',
  key: { stream: text() },
  measures: { beats: sum() },
  controls: { beats: { HeartbeatReceived: 1 } },
  contributes: {
    HeartbeatReceived: ({ stream, data }) => {
      taste(data.reason);
      return [{ key: { stream }, add: { beats: 1n } }];
    },
  },
});

let database: TestDatabase;
let app: TestApp;
let operator: Operator;

const start = async (): Promise<void> => {
  const providers = new Map<symbol, unknown>([[PROJECTIONS, [...projections, course, count]]]);
  app = await startApp({ database, providers });
  operator = operatorOf(app.client, app.keys.operator);
};

beforeEach(async () => {
  disliked.clear();
  database = await freshDatabase();
  await start();
});
afterEach(async () => {
  await app.stop();
  await database.drop();
});

const begin = (executionId: string, topic?: string) =>
  app.client.command('start-execution', { executionId, ...(topic === undefined ? {} : { topic }) });

/** Heartbeats, in order; the position of the last. */
const beat = async (executionId: string, ...reasons: readonly string[]): Promise<string> => {
  let position = '';
  for (const reason of reasons) {
    const { status, body } = await app.client.command('heartbeat-execution', {
      executionId,
      reason,
    });
    expect(status).toBe(200);
    ({ position } = body);
  }
  return position;
};

const rowsOf = async (name: string, position: string): Promise<object[]> => {
  const path = `/v1/projections/${name}?minPosition=${position}`;
  const { status, body } = await app.client.get<{ rows: object[] }>(path);
  expect(status).toBe(200);
  return body.rows;
};

const parked = async (query = ''): Promise<Record<string, unknown>[]> =>
  (
    await app.client.get<{ rows: Record<string, unknown>[] }>(
      `/v1/projections/parked-streams${query}`,
    )
  ).body.rows;

const verify = async (): Promise<Proof> =>
  (await app.client.get<Proof>('/v1/verify', { key: app.keys.operator })).body;

const proofOf = async (name: string) =>
  (await verify()).projections.find(({ projection }) => projection === name)!;

const retry = (projection: string, stream: string) =>
  operator.issue('retry-parked', { projection, stream });
const skip = (projection: string, stream: string, reason = 'a test') =>
  operator.issue('skip-parked', { projection, stream, reason });

/** Two executions, of which one had a beat that nobody likes. */
const history = async (): Promise<string> => {
  disliked.add('salt');
  await begin('one');
  await begin('two');
  await beat('one', 'sweet', 'salt', 'sour');
  const position = await beat('two', 'sweet');
  for (const name of ['course', 'count']) await rowsOf(name, position);
  return position;
};

describe('an event that a projection cannot apply', () => {
  it('parks its stream, in order, or of totals itself alone, while all others go on', async () => {
    const position = await history();
    expect(await rowsOf('course', position)).toMatchObject([
      { executionId: 'one', beats: 'sweet ' },
      { executionId: 'two', beats: 'sweet ' },
    ]);
    expect(await rowsOf('count', position)).toMatchObject([
      { stream: 'execution-one', beats: '2' },
      { stream: 'execution-two', beats: '1' },
    ]);
    const stream = { stream: 'execution-one', state: 'live', type: 'HeartbeatReceived' };
    const cause = expect.stringMatching(/no taste for salt/) as unknown;
    expect(await parked()).toMatchObject([
      { projection: 'count', ...stream, events: 1, cause },
      { projection: 'course', ...stream, events: 2, cause },
    ]);
    expect(await parked('?projection=course')).toHaveLength(1);
    const { body: listed } = await app.client.get<{ projections: { name: string }[] }>(
      '/v1/projections',
    );
    expect(listed.projections.find(({ name }) => name === 'course')).toMatchObject({
      parkedStreams: 1,
      parkedEvents: 2,
      lag: { events: 0 },
      fault: { stream: 'execution-one', cause },
    });
    const detail = expect.stringMatching(
      /1 stream is parked, 2 events, .*no taste for salt/,
    ) as unknown;
    await healthBecomes(app.client, '/health', {
      status: 'degraded',
      checks: {
        'projection:course': { status: 'degraded', detail },
        'projection:roi-totals': { status: 'healthy' },
      },
    });
  });

  it('is told of to whoever has just recorded it, and 503 says that a projection is not there yet', async () => {
    disliked.add('salt');
    await begin('one');
    const position = await beat('one', 'salt');
    expect(await parked(`?projection=course&minPosition=${position}`)).toMatchObject([
      { position, events: 1 },
    ]);
    const skipped = await skip('course', 'execution-one');
    expect(skipped.status).toBe(200);
    const { position: word } = skipped.body as unknown as { position: string };
    expect(await parked(`?projection=course&minPosition=${word}`)).toEqual([]);
    const ahead = await app.client.get(
      `/v1/projections/parked-streams?minPosition=${String(Number(word) + 1_000)}`,
      { once: true },
    );
    expect(ahead).toMatchObject({ status: 503, body: { code: 'position-not-reached' } });
  });

  it('is not looked for in a projection that is not there: a name mistaken is no all-clear', async () => {
    const { status, body } = await app.client.get(
      '/v1/projections/parked-streams?projection=course,cuont',
    );
    expect({ status, body }).toMatchObject({ status: 404, body: { code: 'projection-unknown' } });
    expect(body).toMatchObject({ detail: 'cuont: unknown projection, did you mean count?' });
  });

  it('stays parked over a restart', async () => {
    await history();
    await app.stop();
    await start();
    const position = await beat('one', 'bitter');
    expect(await rowsOf('course', position)).toMatchObject([{ beats: 'sweet ' }, {}]);
    expect(await parked('?projection=course')).toMatchObject([{ events: 3 }]);
  });
});

describe('a retry', () => {
  it('applies what was parked in order, once it can be, and is a fact', async () => {
    await history();
    const tooEarly = await retry('course', 'execution-one');
    expect(tooEarly).toMatchObject({
      status: 200,
      body: { events: [{ type: 'ParkedStreamRetried' }], effects: { parkedEvents: 2 } },
    });
    disliked.clear();
    for (const name of ['course', 'count']) {
      expect(await retry(name, 'execution-one')).toMatchObject({
        body: { effects: { parkedEvents: 0 } },
      });
    }
    const position = await beat('one', 'bitter');
    expect(await rowsOf('course', position)).toMatchObject([
      { executionId: 'one', beats: 'sweet salt sour bitter ', count: 4 },
      {},
    ]);
    expect(await rowsOf('count', position)).toMatchObject([{ beats: '4' }, { beats: '1' }]);
    expect(await parked()).toEqual([]);
    expect((await verify()).holds).toBe(true);
    await healthBecomes(app.client, '/health', {
      checks: { 'projection:course': { status: 'healthy' } },
    });
  });

  it('is refused where nothing is parked, or there is no such projection', async () => {
    await history();
    expect(await retry('course', 'execution-two')).toMatchObject({
      status: 409,
      body: { code: 'nothing-parked' },
    });
    expect(await retry('coarse', 'execution-two')).toMatchObject({
      status: 404,
      body: { code: 'projection-unknown', detail: expect.stringMatching(/course/) },
    });
    const service = await app.client.command('retry-parked', {
      projection: 'course',
      stream: 'execution-one',
    });
    expect(service.status).toBe(403);
  });
});

describe('a skip', () => {
  it('leaves out the event alone, goes on behind it, and keeps the reason', async () => {
    await history();
    expect((await proofOf('course')).holds).toBe(false);
    const { body } = await skip('course', 'execution-one', 'salt is for soups');
    expect(body).toMatchObject({
      events: [
        {
          type: 'ParkedEventsSkipped',
          data: { positions: [expect.any(String)], reason: 'salt is for soups' },
        },
      ],
      effects: { parkedEvents: 0 },
    });
    await skip('count', 'execution-one');
    const position = await beat('one', 'bitter');
    expect(await rowsOf('course', position)).toMatchObject([
      { executionId: 'one', beats: 'sweet sour bitter ', count: 3 },
      {},
    ]);
    expect(await rowsOf('count', position)).toMatchObject([{ beats: '3' }, { beats: '1' }]);
    expect(await parked()).toEqual([]);
    expect((await verify()).holds).toBe(true);
    expect(await proofOf('course')).toMatchObject({ holds: true, skippedEvents: 1 });
  });

  it('of a first event leaves out the whole stream, for an entity without it has no row', async () => {
    disliked.add('odd');
    await begin('one', 'odd');
    await beat('one', 'sweet');
    await skip('course', 'execution-one');
    await begin('two');
    const position = await beat('one', 'sour');
    expect(await rowsOf('course', position)).toMatchObject([{ executionId: 'two' }]);
    expect(await parked()).toEqual([]);
    expect(await proofOf('course')).toMatchObject({ faults: [], skippedEvents: 1 });
  });

  it('needs a reason', async () => {
    await history();
    const { status, body } = await operator.issue('skip-parked', {
      projection: 'course',
      stream: 'execution-one',
    });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: 'reason' }]);
  });
});

describe('a rebuild', () => {
  it('meets the same rule, says so, and is the same', async () => {
    await history();
    await skip('count', 'execution-one');
    const rebuilt = await operator.rebuild({ projections: ['course', 'count'] });
    const none = { added: 0, missing: 0, changed: 0 };
    expect(rebuilt.projections).toMatchObject([
      { projection: 'course', differences: none, parked: 2 },
      { projection: 'count', differences: none, parked: 0 },
    ]);
    const { body } = await app.client.get(`/v1/rebuilds/${rebuilt.rebuildId}/diff`);
    expect(body).toMatchObject({ projections: [{ parked: { before: 2, after: 2 } }, {}] });
    expect(await parked('?projection=course')).toMatchObject([
      { state: 'warm', events: 2 },
      { state: 'live', events: 2 },
    ]);
    disliked.clear();
    await retry('course', 'execution-one');
    const position = await beat('one', 'bitter');
    expect(await rowsOf('course', position)).toMatchObject([
      { beats: 'sweet salt sour bitter ' },
      {},
    ]);
    await eventually('the warm one has done the same', async () => (await parked()).length === 0);
  });

  it('waits to be looked at, where it applies what the live one could not', async () => {
    await history();
    disliked.clear();
    const rebuildId = await operator.start({ projections: ['course'] });
    const waiting = await operator.reaches(rebuildId, 'waiting');
    expect(waiting.projections).toMatchObject([{ differences: { changed: 1 }, parked: 0 }]);
  });

  it('is proven, where it applies what was left out of the live one', async () => {
    disliked.add('odd');
    await begin('three', 'odd');
    await history();
    await skip('course', 'execution-one');
    await skip('course', 'execution-three');
    await skip('count', 'execution-one');
    disliked.clear();
    const rebuildId = await operator.start({ projections: ['course', 'count'] });
    const waiting = await operator.reaches(rebuildId, 'waiting');
    expect(waiting.projections).toMatchObject([
      { differences: { added: 1, changed: 1 }, verification: { holds: true, faults: [] } },
      { differences: { changed: 1 }, verification: { holds: true, faults: [] } },
    ]);
  });

  it('of a past moment shows what was parked then', async () => {
    const position = await history();
    await skip('course', 'execution-one');
    const { body } = await onceBuilt(() =>
      app.client.get<{ rows: object[] }>(`/v1/projections/course?asOf=${position}`),
    );
    expect(body.rows).toMatchObject([{ beats: 'sweet ' }, { beats: 'sweet ' }]);
  });

  it('of a past moment is made once by code that cannot apply it, and anew by code that can', async () => {
    disliked.add('salt');
    await begin('one');
    const position = await beat('one', 'sweet', 'salt');
    const then = async (): Promise<object[]> => {
      const path = `/v1/projections/course?asOf=${position}`;
      return (await onceBuilt(() => app.client.get<{ rows: object[] }>(path))).body.rows;
    };
    expect(await then()).toMatchObject([{ beats: 'sweet ' }]);
    expect(await then()).toMatchObject([{ beats: 'sweet ' }]);
    const made = await database.sql(
      `select id from ops.generations where projection = 'course' and state = 'fixed'`,
    );
    expect(made).toHaveLength(1);
    await app.stop();
    disliked.clear();
    await start();
    expect(await then()).toMatchObject([{ beats: 'sweet salt ' }]);
  });
});

describe('npm run parked', () => {
  const env = () => ({ FLOWLEDGER_URL: app.url, FLOWLEDGER_KEY: app.keys.operator });

  it('shows what is parked and why, and sees to it', async () => {
    await history();
    const seen = await runVerb(parkedVerb, [], env());
    expect(seen.status).toBe(1);
    expect(seen.out).toMatch(/^ {2}course .* execution-one +\d+ +2$/m);
    // Told once, though each generation that has it parked says so.
    expect(seen.out.match(/^ {2}course cannot apply event .*: no taste for salt$/gm)).toHaveLength(
      1,
    );

    const still = await runVerb(parkedVerb, ['retry', '--all'], env());
    expect(still.status).toBe(1);
    expect(still.out).toMatch(/course execution-one: 2 events still parked/);

    disliked.clear();
    const tried = await runVerb(parkedVerb, ['retry', 'course', 'execution-one'], env());
    expect(tried).toMatchObject({
      status: 0,
      out: 'course execution-one: nothing is parked any more\n',
    });
    const plan = await runVerb(parkedVerb, ['retry', '--all', '--dry-run', '--json'], env());
    expect(JSON.parse(plan.out)).toMatchObject({ projection: 'count', events: 1 });
    const args = ['skip', 'count', 'execution-one', '--reason', 'salt'];
    expect((await runVerb(parkedVerb, args, env())).status).toBe(0);
    expect(await runVerb(parkedVerb, [], env())).toMatchObject({
      status: 0,
      out: 'nothing is parked\n',
    });
    expect(await runVerb(parkedVerb, ['retry', '--all'], env())).toMatchObject({
      status: 0,
      out: 'nothing is parked\n',
    });
  });

  it.each([
    [['skip', 'course', 'execution-one'], /--reason is missing/],
    [['skip', '--all', '--reason', 'x'], /one stream at a time/],
    [['retry', 'course'], /the stream is missing/],
    [['retry'], /name a projection and a stream, or --all/],
    [['mend', 'course'], /retry or skip, not mend/],
  ])('refuses %j', async (args, says) => {
    const { status, err } = await runVerb(parkedVerb, args, env());
    expect(status).toBe(2);
    expect(err).toMatch(says);
  });
});
