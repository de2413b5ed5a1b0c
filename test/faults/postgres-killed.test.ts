import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../src/modules/database/embedded';
import type { EmbeddedPostgres } from '../../src/modules/database/embedded';
import { clientOf } from '../harness/client';
import type { Answer, Problem } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { healthBecomes } from '../harness/health';
import { killServers, startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import { chanceOf, seedOf } from '../harness/seed';
import { Home } from './home';
import { Load } from './load';
import { Readers } from './readers';
import { SeveredLine } from './severed-line';
import { expectAllExact, expectNothingLost } from './verdict';

jest.setTimeout(600_000);

const rounds = 3;
const seed = seedOf('PostgreSQL killed');
/** As long as the load waits. */
const patient = { within: 120_000 };
let home: Home;
let away: Home;
let external: EmbeddedPostgres | undefined;
let load: Load | undefined;
let readers: Readers | undefined;
let database: TestDatabase | undefined;
let line: SeveredLine | undefined;

beforeEach(async () => {
  home = await Home.make();
  away = await Home.make();
});

afterEach(async () => {
  await Promise.all([load?.abandon(), readers?.finish(), killServers()]);
  await external?.stop();
  await line?.cut();
  await database?.drop();
  await home.remove();
  await away.remove();
});

interface Scene {
  readonly env: Readonly<Record<string, string>>;
  /** Which postmaster runs now. */
  readonly postmaster: () => Promise<number | undefined>;
  readonly databaseUrl: () => Promise<string>;
}

/** What `work` comes to; fails at once, with what it said, when the server ends meanwhile. */
const whileRuns = <T>(server: ServerProcess, work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    server.exit.then(({ code, signal }) => {
      throw new Error(`the server ended (${String(signal ?? code)}): ${server.output.stderr}`);
    }),
  ]);

/** Kills the postmaster again and again below a load that must not notice more than a pause. */
const killPostgresUnderLoad = async ({ env, postmaster, databaseUrl }: Scene): Promise<void> => {
  const chance = chanceOf(seed);
  const server = startServer(env);
  const url = await server.ready;
  const { service } = await home.json<{ service: string }>('keys.json');
  load = new Load({ seed, key: service, urls: () => [url] });
  await whileRuns(server, load.acknowledges(1)); // the stream that is read is there
  readers = new Readers(() => url, service);

  // Until somebody was told 503: what comes meanwhile may come just behind the outage.
  for (let round = 0; round < rounds || load.unanswered.unavailable === 0; round += 1) {
    await whileRuns(server, load.acknowledges(chance.between(100, 1_000)));
    await pause(chance.between(0, 20)); // the moment, not a wait: anywhere within a commit
    const killed = await eventually('a postmaster', postmaster);
    process.kill(killed, 'SIGKILL');
    const isAnother = async (): Promise<boolean> => {
      const next = await postmaster();
      return next !== undefined && next !== killed;
    };
    const another = eventually('another postmaster', isAnother, patient);
    await whileRuns(server, another);
    await whileRuns(server, load.acknowledges(100));
    await expectNothingLost(await databaseUrl(), load);
  }

  await whileRuns(server, load.finish());
  expect(load.unanswered.cutOff).toBe(0);
  await readers.finish();
  expect([...readers.findings]).toEqual([]);
  expect(readers.answers.whole).toBeGreaterThan(0);
  await expectAllExact(await databaseUrl(), load);
  await healthBecomes(clientOf(url, service), '/health/ready', { code: 200, status: 'healthy' });
  expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
};

describe('PostgreSQL killed by SIGKILL under load', () => {
  it('is a pause to clients of the server that brought it along', async () => {
    await killPostgresUnderLoad({
      env: { FLOWLEDGER_HOME: home.path, LOG_LEVEL: 'silent' },
      postmaster: () => home.postmaster(),
      databaseUrl: () => home.databaseUrl(),
    });
  });

  it('is a pause to clients of a server that is connected to it', async () => {
    const postgres = await startEmbeddedPostgres({ home: away.path, log: () => undefined });
    external = postgres;
    await killPostgresUnderLoad({
      env: {
        FLOWLEDGER_HOME: home.path,
        LOG_LEVEL: 'silent',
        DATABASE_URL: postgres.appUrl,
        DATABASE_OWNER_URL: postgres.ownerUrl,
      },
      postmaster: () => away.postmaster(),
      databaseUrl: () => Promise.resolve(postgres.ownerUrl),
    });
  });
});

describe('PostgreSQL out of reach', () => {
  it('is a 503 that says when to try again, on every route, until it is back', async () => {
    database = await freshDatabase();
    line = await SeveredLine.to(database.url);
    const server = startServer({
      FLOWLEDGER_HOME: home.path,
      LOG_LEVEL: 'silent',
      DATABASE_URL: line.url,
      DATABASE_OWNER_URL: database.ownerUrl,
    });
    const url = await server.ready;
    const { service, operator } =
      await home.json<Record<'service' | 'operator', string>>('keys.json');
    const client = clientOf(url, service);
    const byOperator = clientOf(url, operator);
    const known = { executionId: 'known' };
    expect(await client.command('start-execution', known)).toMatchObject({ status: 200 });

    await line.cut();
    const requests: Record<string, () => Promise<Answer<unknown>>> = {
      'a command on a known stream': () => client.command('heartbeat-execution', known),
      'a command on an unknown stream': () =>
        client.command('heartbeat-execution', { executionId: 'unknown' }),
      'a command with a key': () =>
        client.command('start-execution', {}, { idempotencyKey: 'once' }),
      'a fork': () => client.command('start-execution', { forkedFrom: 'unknown' }),
      'all projections': () => client.get('/v1/projections'),
      'a projection': () => client.get('/v1/projections/execution-status'),
      'a row': () => client.get('/v1/projections/execution-status/known'),
      'a projection as CSV': () => client.get('/v1/projections/roi-totals', { accept: 'text/csv' }),
      events: () => client.get('/v1/events'),
      'an event': () => client.get('/v1/events/1'),
      'a stream': () => client.get('/v1/streams/execution-known'),
      'a past moment': () => byOperator.get('/v1/projections/execution-status?asOf=1'),
      'a difference': () => byOperator.get('/v1/diff/execution-status?from=1'),
      counts: () => byOperator.get('/v1/counts/execution-status?by=status'),
      'events counted': () => byOperator.get('/v1/events/counts'),
      'a start of a rebuild': () =>
        byOperator.command('start-rebuild', { projections: ['roi-totals'] }),
      'a reversion': () =>
        byOperator.command('revert-projection', { projection: 'roi-totals', reason: 'a drill' }),
      'a start of a replay': () => byOperator.command('start-replay', { topic: 'copy' }),
      'a plan of a rebuild': () => byOperator.get('/v1/rebuilds/plan?projections=roi-totals'),
      'a rebuild': () => byOperator.get('/v1/rebuilds/unknown'),
      'a diff of a rebuild': () => byOperator.get('/v1/rebuilds/unknown/diff'),
      'a replay': () => byOperator.get('/v1/replays/unknown'),
      'a rollback': () => byOperator.get('/v1/rollbacks/unknown'),
      archives: () => byOperator.get('/v1/archives'),
      'an archive': () => byOperator.get('/v1/archives/p0'),
      'a report on a deployment': () => byOperator.get('/v1/deployments/unknown/report'),
      'a comparison of deployments': () =>
        byOperator.get('/v1/deployments/unknown/comparison?with=other'),
      'alert rules': () => byOperator.get('/v1/alert-rules'),
      'webhook deliveries': () => byOperator.get('/v1/webhook-deliveries'),
      'a style query': () => byOperator.post('/v1/style-memory/query', { text: 'quiet' }),
      'style memory': () => byOperator.get('/v1/style-memory/stats'),
      'a proof': () => byOperator.get('/v1/verify'),
    };
    for (const [name, ask] of Object.entries(requests)) {
      const { status, headers, body } = await ask();
      const told = { name, status, retryAfter: headers.get('retry-after'), body };
      expect(told).toEqual({
        name,
        status: 503,
        retryAfter: expect.stringMatching(/^\d+$/),
        body: expect.objectContaining({ code: 'unavailable', status: 503 }),
      });
    }
    const bulk = await client.bulk([{ command: 'heartbeat-execution', data: known }]);
    const unavailable = expect.objectContaining<Partial<Problem>>({ code: 'unavailable' });
    expect(bulk.body).toEqual([{ line: 1, status: 503, problem: unavailable }]);
    for (const path of ['/health', '/health/ready']) {
      expect(await client.get(path)).toMatchObject({ status: 503, body: { status: 'unhealthy' } });
    }
    expect(await client.get('/health/live')).toMatchObject({ status: 200 });
    expect(await client.get('/metrics')).toMatchObject({ status: 200 });

    await line.mend();
    const beat = await eventually('commands go on', async () => {
      const answer = await client.command('heartbeat-execution', known);
      return answer.status === 200 && answer;
    });
    await healthBecomes(client, '/health', { code: 200 });
    const path = `/v1/projections/execution-status/known?minPosition=${beat.body.position}`;
    const row = await eventually('read models go on', async () => {
      const answer = await client.get(path);
      return answer.status === 200 && answer;
    });
    expect(row).toMatchObject({ body: { row: { executionId: 'known' } } });
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
