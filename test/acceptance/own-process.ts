/*
 * The compiled server as a process of its own, as users run it: the times that they were promised are
 * taken from here, with no test in the same process.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keys } from '../harness/app';
import type { TestApp } from '../harness/app';
import { clientOf } from '../harness/client';
import { freshDatabase } from '../harness/database';
import { startServer } from '../harness/process';

export type StartedServer = Pick<TestApp, 'url' | 'client' | 'keys' | 'stop'>;

/** Starts it on a database of its own, and resolves once it takes requests. */
export const startOwnProcess = async (): Promise<StartedServer> => {
  const database = await freshDatabase();
  const home = await mkdtemp(join(tmpdir(), 'flowledger-acceptance-'));
  const server = startServer({
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.ownerUrl,
    FLOWLEDGER_HOME: home,
    FLOWLEDGER_KEYS: Object.entries(keys)
      .map(([role, secret]) => `${role}:${role}:${secret}`)
      .join(','),
  });
  const stop = async (): Promise<void> => {
    await server.kill('SIGTERM');
    await database.drop();
    await rm(home, { recursive: true, force: true });
  };
  const url = await server.ready.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, client: clientOf(url, keys.service), keys, stop };
};
