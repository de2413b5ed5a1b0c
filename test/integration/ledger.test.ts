import { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { execution } from '../../src/commands/execution/execution.decider';
import type { ExecutionEvent } from '../../src/commands/execution/execution.state';
import { newLineage } from '../../src/modules/ledger/append';
import type { Append } from '../../src/modules/ledger/append';
import { LedgerUnavailable } from '../../src/modules/ledger/ledger-unavailable';
import { Ledger } from '../../src/modules/ledger/ledger.service';
import { keys, startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Answer } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { positionOf, proveLedger } from '../harness/ledger-proof';
import { nameAway, takeAway } from '../harness/outage';
import { query } from '../harness/postgres';
import { chanceOf, seedOf } from '../harness/seed';

const chance = chanceOf(seedOf('ledger'));

let database: TestDatabase;
let apps: TestApp[];

beforeEach(async () => {
  database = await freshDatabase();
  apps = [];
});
afterEach(async () => {
  for (const app of apps) await app.stop();
  await database.drop();
});

const start = async (env: Readonly<Record<string, string>> = {}): Promise<TestApp> => {
  const app = await startApp({ database, env: { FLOWLEDGER_PARTS: 'api', ...env } });
  apps.push(app);
  return app;
};

const statuses = (answers: readonly Answer<unknown>[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

const historyOf = (stream: string): Promise<ExecutionEvent[]> =>
  database.sql<ExecutionEvent>(
    'select type, data from ledger.events where stream = $1 order by version',
    [stream],
  );

/** Every event was one that the rules allow after those before it. */
const expectLawful = async (stream: string): Promise<void> => {
  const final = /^Execution(Completed|Failed|Cancelled|Terminated|TimedOut)$/;
  /** What may be told of an execution that has ended. */
  const late = new Set(['LlmCallRecorded', 'BenefitEarned', 'CallsRepriced']);
  let state = execution.initialState;
  let ended = false;
  for (const event of await historyOf(stream)) {
    expect([stream, event.type, ended && !late.has(event.type)]).toEqual([
      stream,
      event.type,
      false,
    ]);
    ended ||= final.test(event.type);
    state = execution.evolve(state, event);
  }
};

const append = (stream: string, expected: number, change: Partial<Append> = {}): Append => ({
  stream,
  expected,
  lineage: newLineage(),
  step: 1,
  grounds: [],
  events: [
    { eventId: uuid(), type: 'HeartbeatReceived', schemaVersion: 1, data: '{"reason":null}' },
  ],
  actor: 'test',
  deploymentId: null,
  correlationId: 'c',
  causationId: null,
  occurredAt: '2026-01-08T22:32:15.550791Z',
  idempotency: null,
  ...change,
});

describe('parallel commands', () => {
  test('on one stream all take their place, densely and sealed', async () => {
    const { client } = await start();
    await client.command('start-execution', { executionId: 'hot' });
    const answers = await times(200, () =>
      client.command('heartbeat-execution', { executionId: 'hot' }),
    );
    expect(statuses(answers)).toEqual({ 200: 200 });
    const versions = answers.map(({ body }) => body.version).sort((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: 200 }, (_, index) => index + 2));
    expect(await proveLedger(database)).toMatchObject({ events: 201 });
  });

  test('on many streams all take their place, densely and sealed', async () => {
    const { client } = await start();
    const answers = await times(200, (index) =>
      client.command('start-execution', { executionId: `e${String(index)}` }),
    );
    expect(statuses(answers)).toEqual({ 200: 200 });
    const positions = answers.map(({ body }) => Number(body.position)).sort((a, b) => a - b);
    expect(positions).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    const { events, commits } = await proveLedger(database);
    expect(events).toBe(200);
    expect(commits).toBeLessThan(200);
  });

  test('of which some repeat others leave no gap', async () => {
    const { client } = await start();
    for (const executionId of ['one', 'two'])
      await client.command('start-execution', { executionId });
    const answers = await times(16, async () => {
      const own: Answer<unknown>[] = [];
      for (let turn = 0; turn < 40; turn += 1) {
        const body = { executionId: chance.oneOf(['one', 'one', 'one', 'two']) };
        const idempotencyKey = `k${String(chance.between(1, 100))}`;
        own.push(
          await client.command(
            'heartbeat-execution',
            body,
            chance.next() < 0.5 ? { idempotencyKey } : {},
          ),
        );
      }
      return own;
    });
    const counts = statuses(answers.flat());
    expect(Object.keys(counts)).toEqual(expect.arrayContaining(['200', '422']));
    expect((counts['200'] ?? 0) + (counts['422'] ?? 0)).toBe(640);
    await proveLedger(database);
  });

  test('on a stream that is being read follow the rules one after the other', async () => {
    const first = await start();
    const ids = Array.from({ length: 60 }, (_, index) => `cold-${String(index)}`);
    await Promise.all(
      ids.map((executionId) => first.client.command('start-execution', { executionId })),
    );
    const { client } = await start(); // knows none of them yet
    await Promise.all(
      ids.flatMap((executionId) =>
        ['cancel-execution', 'heartbeat-execution', 'pause-execution', 'wait-execution'].map(
          (name) =>
            client
              .command(name, { executionId })
              .then(() => client.command('resume-execution', { executionId })),
        ),
      ),
    );
    await proveLedger(database);
    for (const executionId of ids) await expectLawful(`execution-${executionId}`);
  });
});

describe('two servers on one ledger', () => {
  test('both have their commands acknowledged; none is lost, none is there twice', async () => {
    const servers = [await start(), await start()];
    await servers[0]!.client.command('start-execution', { executionId: 'shared' });
    const answers = await times(8, async (who) => {
      const { client } = servers[who % 2]!;
      const own: Answer<{ position: string; events: readonly { eventId: string }[] }>[] = [];
      for (let turn = 0; turn < 40; turn += 1) {
        own.push(
          chance.next() < 0.3
            ? await client.command('heartbeat-execution', { executionId: 'shared' })
            : await client.command('start-execution', {
                executionId: `e${String(who)}-${String(turn)}`,
              }),
        );
      }
      return own;
    });
    expect(statuses(answers.flat())).toEqual({ 200: 320 });
    const acknowledged = answers
      .flat()
      .flatMap(({ body }) => body.events.map(({ eventId }) => eventId));
    expect(new Set(acknowledged).size).toBe(320);
    const { events } = await proveLedger(database);
    expect(events).toBe(321);
    const stored = await database.sql<{ id: string }>(
      'select event_id::text as id from ledger.events',
    );
    expect(stored.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
  });

  test('see each other’s keys', async () => {
    const [one, other] = [await start(), await start()];
    const key = { idempotencyKey: 'k' };
    const answers = await times(10, (index) =>
      (index % 2 === 0 ? one : other).client.command('start-execution', { topic: 'x' }, key),
    );
    expect(statuses(answers)).toEqual({ 200: 10 });
    expect(new Set(answers.map(({ body }) => body.stream)).size).toBe(1);
    expect(await proveLedger(database)).toMatchObject({ events: 1 });
  });

  test('decide by the rules on what the other recorded', async () => {
    const [one, other] = [await start(), await start()];
    const ids = Array.from({ length: 40 }, (_, index) => `e${String(index)}`);
    for (const executionId of ids) await one.client.command('start-execution', { executionId });
    await Promise.all(
      ids.flatMap((executionId) => [
        one.client.command('heartbeat-execution', { executionId }),
        other.client.command('cancel-execution', { executionId }),
        one.client.command('pause-execution', { executionId }),
        other.client.command('fail-execution', { executionId }),
        one.client.command('resume-execution', { executionId }),
      ]),
    );
    await proveLedger(database);
    for (const executionId of ids) await expectLawful(`execution-${executionId}`);
  });

  /** Commands of one server alone: enough for it to write on the head as it knows it once more. */
  const manyAt = async ({ client }: TestApp, count: number): Promise<void> => {
    await client.command('start-execution', { executionId: 'busy' });
    for (let turn = 0; turn < count; turn += 1)
      await client.command('heartbeat-execution', { executionId: 'busy' });
  };

  test('know the other’s events of a stream also when those are in an earlier partition', async () => {
    const env = { FLOWLEDGER_PARTITION_EVENTS: '100' };
    const [one, other] = [await start(env), await start(env)];
    await one.client.command('start-execution', { executionId: 'known' });
    await other.client.command('cancel-execution', { executionId: 'known' });
    await manyAt(one, 110);
    const late = await one.client.command('heartbeat-execution', { executionId: 'known' });
    expect(late).toMatchObject({ status: 409, body: { code: 'execution-ended' } });
    await proveLedger(database);
  });

  test('price by what the other recorded, however long ago', async () => {
    const [one, other] = [await start(), await start()];
    const call = {
      executionId: 'busy',
      agent: 'writer',
      model: 'm',
      durationSeconds: 1,
      inputTokens: 1_000_000,
      outputTokens: 0,
    };
    await manyAt(one, 1);
    const before = await one.client.command('record-llm-call', call);
    expect(before.body.events[0]?.data).toMatchObject({ cost: { source: 'unpriced' } });
    const price = { inputUsdPerMillion: 2, outputUsdPerMillion: 2 };
    await other.client.command(
      'set-price',
      { model: 'm', effectiveFrom: '2026-01-01T00:00:00Z', ...price },
      { key: keys.operator },
    );
    await manyAt(one, 40);
    const after = await one.client.command('record-llm-call', call);
    expect(after.body.events[0]?.data).toMatchObject({
      cost: { source: 'computed', nanoUsd: '2000000000' },
    });
  });

  test('tell of what the other changed no position before that', async () => {
    const [one, other] = [await start(), await start()];
    await manyAt(one, 5);
    await one.client.command('cancel-execution', { executionId: 'busy' });
    const again = await other.client.command('cancel-execution', { executionId: 'busy' });
    expect(again).toMatchObject({ status: 200, body: { events: [], version: 7, position: '7' } });
  });
});

describe('one bad append', () => {
  const bad = (stream: string): Append =>
    append(stream, 0, {
      events: [{ eventId: 'no-uuid', type: 'HeartbeatReceived', schemaVersion: 1, data: '{}' }],
    });

  test('does not fail its neighbours', async () => {
    const ledger = (await start()).get(Ledger);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        ledger.append(
          index % 10 === 3 ? bad(`bad-${String(index)}`) : append(`good-${String(index)}`, 0),
        ),
      ),
    );
    outcomes.forEach((outcome, index) => {
      expect([index, outcome.status]).toEqual([index, index % 10 === 3 ? 'rejected' : 'fulfilled']);
    });
    expect(await proveLedger(database)).toMatchObject({ events: 45 });
    expect(await ledger.append(append('after', 0))).toMatchObject({
      kind: 'appended',
      position: 46n,
    });
  });

  test('takes along what was decided on it, and nothing else', async () => {
    const ledger = (await start()).get(Ledger);
    const lineage = newLineage();
    const outcomes = await Promise.allSettled([
      ledger.append({ ...bad('s'), lineage, step: 1 }),
      ledger.append(append('s', 1, { lineage, step: 2 })),
      ledger.append(append('t', 0)),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'rejected' },
      { status: 'fulfilled', value: { kind: 'conflict', stream: 's' } },
      { status: 'fulfilled', value: { kind: 'appended' } },
    ]);
    expect(await ledger.append(append('s', 2, { lineage, step: 3 }))).toEqual({
      kind: 'conflict',
      stream: 's',
    });
    expect(await proveLedger(database)).toMatchObject({ events: 1 });
  });
});

describe('while the database takes nothing', () => {
  /** Holds the head row, so that no commit can go on, until told to let go. */
  const holdHead = async (): Promise<() => Promise<void>> => {
    const holder = new Client({ connectionString: database.ownerUrl });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select * from ledger.head for update');
    return async () => {
      await holder.query('rollback');
      await holder.end();
    };
  };

  test('the queue is bounded: past it 503 with Retry-After, and all that was taken is kept', async () => {
    const app = await start();
    const ledger = app.get(Ledger);
    const letGo = await holdHead();
    const taken: Promise<unknown>[] = [];
    const fill = (): void => {
      try {
        for (;;) taken.push(ledger.append(append(`q-${String(taken.length)}`, 0)));
      } catch (error) {
        expect(error).toBeInstanceOf(LedgerUnavailable);
      }
    };
    let fullSince = 0;
    await eventually('the queue is full, and batches wait for the head', () => {
      const before = taken.length;
      fill();
      fullSince = taken.length === before ? fullSince + 1 : 0;
      return fullSince === 10;
    });
    const refused = await app.client.command('start-execution', { executionId: 'one-more' });
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    const metrics = await app.client.get<string>('/metrics');
    const [, waiting] = /^flowledger_commit_queue_length (\d+)$/m.exec(metrics.body) ?? [];
    expect(Number(waiting)).toBeGreaterThan(1_000);

    await letGo();
    await Promise.all(taken);
    expect(await proveLedger(database)).toMatchObject({ events: taken.length });
    const again = await app.client.command('start-execution', { executionId: 'one-more' });
    expect(again).toMatchObject({ status: 200, body: { version: 1 } });
  });
});

describe('the application’s role', () => {
  const event = `(position, stream, version, event_id, type, schema_version, data, deployment_id, correlation_id,
    actor, occurred_at, recorded_at, digest)`;

  test('may not change or take away what is recorded, nor the tables', async () => {
    const { client } = await start();
    await client.command('start-execution', { executionId: 'one' });
    const owner = new URL(database.ownerUrl).username;
    for (const sql of [
      `update ledger.events set type = 'Forged'`,
      `delete from ledger.events`,
      `truncate ledger.events`,
      `update ledger.commits set hash = ''`,
      `delete from ledger.commits`,
      `delete from ledger.commands`,
      `update ledger.commands set version = 1`,
      `delete from ledger.head`,
      `drop table ledger.events`,
      `alter table ledger.events disable trigger all`,
      `alter table ledger.events drop column data`,
      `create table ledger.mine (x int)`,
      `set role ${owner}`,
    ]) {
      const refusal: unknown = await query(database.url, sql).catch((error: unknown) => error);
      expect([sql, (refusal as { code?: string }).code]).toEqual([sql, '42501']);
    }
    expect(await proveLedger(database)).toMatchObject({ events: 1 });
  });

  test('may add, and nothing twice', async () => {
    const { client } = await start();
    await client.command('start-execution', { executionId: 'one' });
    const twice = `insert into ledger.events ${event} select position + $1, stream, version, event_id, type,
      schema_version, data, deployment_id, correlation_id, actor, occurred_at, recorded_at, digest from ledger.events`;
    await expect(query(database.url, twice, [0])).rejects.toMatchObject({ code: '23505' });
    await expect(query(database.url, twice, [1])).rejects.toMatchObject({ code: '23505' });
  });
});

test('a connection for commits that breaks is made anew, and the rest is told', async () => {
  const app = await start();
  await app.client.command('start-execution', { executionId: 'one' });
  await database.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  const answer = await eventually('commands go on', async () => {
    const tried = await app.client.command('heartbeat-execution', { executionId: 'one' });
    expect([200, 503]).toContain(tried.status);
    return tried.status === 200 && tried;
  });
  expect(answer.body.version).toBeGreaterThanOrEqual(2);
  await proveLedger(database);
  expect(await positionOf(database)).toBeGreaterThanOrEqual(2);
});

test('a connection for commits that breaks while nothing is recorded is made anew before it is missed', async () => {
  const app = await start();
  await app.client.command('start-execution', { executionId: 'one' });
  let isNoticed = false;
  app.get(Ledger).onDoubt(() => {
    isNoticed = true;
  });
  await database.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await eventually('it is noticed', () => isNoticed);
  await eventually('commits go on', () => app.get(Ledger).isConnected);
  const answer = await app.client.command('heartbeat-execution', { executionId: 'one' });
  expect(answer).toMatchObject({ status: 200, body: { version: 2 } });
});

test.each([
  ['lets nobody in', takeAway],
  ['is not there', nameAway],
])(
  'a command whose stream has to be read is told to wait for a database that %s',
  async (_how, away) => {
    const app = await start();
    const bringBack = await away(database);
    const answer = await app.client.command('heartbeat-execution', { executionId: 'unread' });
    await bringBack();
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  },
);
