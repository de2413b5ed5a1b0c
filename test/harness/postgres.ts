/*
 * The one PostgreSQL of a test run: started by globalSetup below the temporary folder, with a
 * migrated template database that every test file copies. What a killed run left is cleared away by
 * the next.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/modules/database/embedded';
import type { EmbeddedPostgres } from '../../src/modules/database/embedded';
import { clearLeftovers } from '../../src/modules/database/embedded/leftovers';
import { migrate } from '../../src/modules/database/migrate';

/** The database that test databases are copies of. */
export const template = 'flowledger_template';

// globalSetup and globalTeardown are loaded apart, in one process: what they share is global.
const shared = globalThis as {
  flowledgerTestPostgres?: { server: EmbeddedPostgres; home: string };
};
const homesFolder = (): string => join(tmpdir(), `flowledger-test-postgres-${userInfo().username}`);
const log = (): void => undefined;

/** Nothing here is about durability, and the suites run one beside the other on small machines. */
const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  max_connections: '400', // two files at a time, with up to four applications each
  scram_iterations: '1', // thousands of connections, with a password that nobody guesses
  autovacuum_naptime: '10s',
};

/** The same server and user, another database. */
export const atDatabase = (url: string, database: string): string =>
  Object.assign(new URL(url), { pathname: `/${database}` }).href;

/** One statement or several, on a connection of their own. */
export const query = async <Row extends object>(
  url: string,
  sql: string,
  values?: unknown[],
): Promise<Row[]> => {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // the statement under way says so
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
};

/** For globalSetup: starts PostgreSQL and tells the suites where by the environment. */
export const acquirePostgres = async (): Promise<void> => {
  const homes = homesFolder();
  await mkdir(homes, { recursive: true, mode: 0o711 });
  await clearAbandoned(homes);
  const home = join(homes, String(process.pid));
  const server = await startEmbeddedPostgres({ home, settings, log });
  shared.flowledgerTestPostgres = { server, home };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => leave(name));
  await query(atDatabase(server.ownerUrl, 'postgres'), `create database ${template}`);
  await migrate(atDatabase(server.ownerUrl, template));
  process.env['FLOWLEDGER_TEST_OWNER_URL'] = server.ownerUrl;
  process.env['FLOWLEDGER_TEST_APP_URL'] = server.appUrl;
};

/** For globalTeardown. */
export const releasePostgres = async (): Promise<void> => {
  const { flowledgerTestPostgres: started } = shared;
  if (started === undefined) return;
  delete shared.flowledgerTestPostgres;
  await started.server.stop();
  await rm(started.home, { recursive: true, force: true, maxRetries: 5 });
};

const clearAbandoned = async (homes: string): Promise<void> => {
  for (const pid of await readdir(homes)) {
    if (isAlive(Number(pid))) continue;
    await clearLeftovers(join(homes, pid, 'postgres'), log);
    await rm(join(homes, pid), { recursive: true, force: true, maxRetries: 5 });
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** An interrupted run has no teardown: ends the server, then lets the signal do what it does. */
const leave = (name: NodeJS.Signals): void => {
  const pid = shared.flowledgerTestPostgres?.server.pid;
  if (pid !== undefined && isAlive(pid)) process.kill(pid, 'SIGQUIT');
  if (process.listenerCount(name) === 0) process.kill(process.pid, name);
};
