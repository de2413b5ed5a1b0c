/* A server that dies between the fact that somebody is forgotten and the end of their key. */
import { Client } from 'pg';
import { clientOf } from '../harness/client';
import type { Client as ApiClient } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { healthBecomes } from '../harness/health';
import { killServers, startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import { Home } from './home';

jest.setTimeout(300_000);

const key = 'operator-key-of-the-fault-tests';
const subject = 'reader-9';
const topic = 'on somebody';

let database: TestDatabase;
let homes: Home[];
let masterKeys: string;

const start = async (): Promise<{ server: ServerProcess; client: ApiClient }> => {
  const home = await Home.make();
  homes.push(home);
  const server = startServer({
    FLOWLEDGER_HOME: home.path,
    FLOWLEDGER_KEYS: `operator:tests:${key}`,
    FLOWLEDGER_MASTER_KEYS: masterKeys,
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.ownerUrl,
  });
  return { server, client: clientOf(await server.ready, key) };
};

beforeEach(async () => {
  database = await freshDatabase();
  homes = [];
  masterKeys = Buffer.alloc(32, 7).toString('base64');
});
afterEach(async () => {
  await killServers();
  await Promise.all(homes.map((home) => home.remove()));
  await database.drop();
});

const keys = async (): Promise<number> =>
  (await database.sql('select from personal.keys where subject = $1', [subject])).length;

const topicOf = async (client: ApiClient, executionId: string): Promise<unknown> => {
  const { body } = await client.get<{ events: { data: { topic: unknown } }[] }>(
    `/v1/streams/execution-${executionId}`,
  );
  return body.events[0]?.data.topic;
};

/** Holds the key's row, so that nobody can destroy it. */
const holdKey = async (): Promise<() => Promise<void>> => {
  const holder = new Client({ connectionString: database.ownerUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from personal.keys where subject = $1 for update', [subject]);
  return () => holder.end();
};

/** The database goes on with a statement whose client is gone: here the machine is gone, too. */
const endStatements = (): Promise<unknown> =>
  eventually('no statement of a dead server', async () => {
    const left = await database.sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like 'flowledger%'`,
    );
    return left.length === 0;
  });

it('forgets with the fact, wherever it is killed, and destroys the key when it comes back', async () => {
  const one = await start();
  const other = await start();
  await one.client.command('start-execution', { executionId: 'e7', topic, subject });
  expect(await topicOf(other.client, 'e7')).toBe(topic);

  const letGo = await holdKey();
  const forgetting = one.client
    .command('forget-subject', { subject, reason: 'case 17' })
    .catch(() => undefined);
  await eventually('the fact', async () => {
    const facts = await database.sql(`select from ledger.events where type = 'SubjectForgotten'`);
    return facts.length === 1;
  });
  // Neither has the key been destroyed, nor is it known to whoever asked: the fact alone decides.
  expect(await keys()).toBe(1);
  expect(await topicOf(other.client, 'e7')).toBe('[forgotten]');
  expect(await topicOf(one.client, 'e7')).toBe('[forgotten]');
  await healthBecomes(other.client, '/health/flow', {
    checks: { 'personal-keys': { status: 'degraded' } },
  });
  const back = { executionId: 'e8', topic: 'back again', subject };
  expect((await other.client.command('start-execution', back)).status).toBe(200);

  await Promise.all([one.server.kill(), other.server.kill()]);
  await forgetting;
  await endStatements();
  await letGo();
  expect(await keys()).toBe(2);

  const { server, client } = await start();
  await eventually('the key destroyed', async () => (await keys()) === 1);
  expect(await topicOf(client, 'e7')).toBe('[forgotten]');
  expect(await topicOf(client, 'e8')).toBe('back again');
  const { code } = await server.kill('SIGTERM');
  expect(code).toBe(0);
});
