/* The client `flowledger/client` against the real server, which is away and busy in between. */
import { Flowledger, FlowledgerProblem } from '../../client';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { takeAway } from '../harness/outage';
import { query } from '../harness/postgres';
import { killServers, startServer } from '../harness/process';
import { Home } from '../faults/home';

const callOf = (executionId: string, number = 0) => ({
  executionId,
  agent: 'writer',
  model: 'gpt-4o',
  inputTokens: 100 + number,
  outputTokens: 10,
  durationSeconds: 0.5,
});

const countSql = `
select count(*)::int as count, count(distinct data::text)::int as different from ledger.events
where stream = $1 and type = 'LlmCallRecorded'`;

/** How many calls the ledger holds of an execution, and how many of them differ. */
const recordedCalls = async (ownerUrl: string, executionId: string): Promise<unknown> => {
  const [row] = await query(ownerUrl, countSql, [`execution-${executionId}`]);
  return row;
};

describe('the client', () => {
  let app: TestApp;
  let client: Flowledger;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    client = new Flowledger({ url: app.url, key: app.keys.service });
  });
  afterEach(() => client.close());

  test('reads what it wrote, every time', async () => {
    for (let number = 1; number <= 20; number += 1) {
      const executionId = `own-${number}`;
      await client.command('start-execution', { executionId, topic: 'Quiet alarms' });
      await client.recordCall(callOf(executionId));
      expect(await client.row('execution-status', executionId)).toMatchObject({
        status: 'running',
        topic: 'Quiet alarms',
        calls: 1,
      });
    }
    const { rows } = await client.rows('execution-status', { sort: 'executionId', limit: 3 });
    expect(rows.map(({ executionId }) => executionId)).toEqual(['own-1', 'own-10', 'own-11']);
    expect(await client.row('execution-status', 'nobody')).toBeNull();
  });

  test('reads anything else that the contract offers', async () => {
    const { position } = await client.command('start-execution', { executionId: 'elsewhere' });
    const event = await client.get('/v1/events/{position}', { path: { position } });
    expect(event).toMatchObject({ type: 'ExecutionStarted', stream: 'execution-elsewhere' });
    const { events } = await client.get('/v1/events', { query: { streams: event.stream } });
    expect(events).toEqual([event]);
  });

  test('tells a refusal of the server by its code and its fields', async () => {
    await client.command('start-execution', { executionId: 'twice' });
    await expect(client.command('start-execution', { executionId: 'twice' })).rejects.toMatchObject(
      { status: 409, code: 'execution-already-started' },
    );
    const refused = await client
      .command('start-execution', { executionId: 'not an id' })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FlowledgerProblem);
    expect(refused).toMatchObject({ status: 400, fields: [{ path: 'executionId' }] });
  });

  test('gives each call of a batch its own outcome', async () => {
    await client.command('start-execution', { executionId: 'mixed' });
    const calls = [
      client.recordCall(callOf('mixed')),
      client.recordCall(callOf('never-started')),
      client.recordCall({ ...callOf('mixed'), durationSeconds: -1 }),
      client.recordCall(callOf('mixed', 1)),
    ];
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: { duplicate: false } },
      { status: 'rejected', reason: { status: 404, code: 'stream-unknown' } },
      { status: 'rejected', reason: { status: 400, fields: [{ path: 'durationSeconds' }] } },
      { status: 'fulfilled', value: { duplicate: false } },
    ]);
    expect(await client.row('execution-status', 'mixed')).toMatchObject({ calls: 2 });
  });

  test('waits for a database that is away, and records everything once', async () => {
    await client.command('start-execution', { executionId: 'outage' });
    const bringBack = await takeAway(app.database);
    const command = client.command('heartbeat-execution', { executionId: 'outage' });
    const calls = Array.from({ length: 50 }, (_, number) =>
      client.recordCall(callOf('outage', number)),
    );
    const refused = new Flowledger({
      url: app.url,
      key: app.keys.service,
      patienceMilliseconds: 0,
    }).command('heartbeat-execution', { executionId: 'outage' });
    await expect(refused).rejects.toMatchObject({ status: 503 });
    await bringBack();
    await Promise.all([command, ...calls]);
    expect(await recordedCalls(app.database.ownerUrl, 'outage')).toEqual({
      count: 50,
      different: 50,
    });
  });
});

describe('the client of a server that is killed and started again', () => {
  let home: Home;
  beforeEach(async () => {
    home = await Home.make();
  });
  afterEach(async () => {
    await killServers();
    await home.remove();
  });

  test('has every call recorded once, and every promise kept', async () => {
    const calls = 3_000;
    const env = { FLOWLEDGER_HOME: home.path };
    let server = startServer(env);
    const url = await server.ready;
    const { service } = await home.json<{ service: string }>('keys.json');
    const client = new Flowledger({ url, key: service, batch: { size: 100, queue: calls } });
    await client.command('start-execution', { executionId: 'killed' });

    let settled = 0;
    const outcomes: Promise<unknown>[] = [];
    const kills: Promise<unknown>[] = [];
    for (let number = 0; number < calls; number += 1) {
      const outcome = client.recordCall(callOf('killed', number));
      outcomes.push(outcome);
      void outcome.then(() => {
        settled += 1;
        if (settled === 1) kills.push(server.kill());
      });
    }
    const command = client.command('heartbeat-execution', { executionId: 'killed' });
    await server.exit;
    expect(settled).toBeLessThan(calls);
    server = startServer({ ...env, PORT: new URL(url).port });
    await server.ready;
    await Promise.all([command, ...outcomes, ...kills]);
    expect(settled).toBe(calls);
    expect(await recordedCalls(await home.databaseUrl(), 'killed')).toEqual({
      count: calls,
      different: calls,
    });
    await client.close();
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
