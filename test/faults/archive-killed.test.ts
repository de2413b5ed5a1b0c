/* An export whose process is killed goes on behind the last whole file, and comes to the same files. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveManifest } from '../../src/modules/archive/archive-manifest';
import type { ArchiveProgress, ArchiveProof } from '../../src/modules/archive/archive.schemas';
import { clientOf } from '../harness/client';
import type { Client } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { killServers, startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import { work } from '../harness/work';

jest.setTimeout(300_000);

const key = 'operator-key-of-archive-tests-1';
const partition = 'events_1';

let home: string;
let archive: string;
let database: TestDatabase;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'archive-killed-'));
  archive = join(home, 'archive');
  database = await freshDatabase();
});

afterEach(async () => {
  await killServers();
  await database.drop();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

const serve = async (): Promise<{ server: ServerProcess; client: Client }> => {
  const server = startServer({
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.ownerUrl,
    FLOWLEDGER_HOME: home,
    FLOWLEDGER_KEYS: `operator:tests:${key}`,
    FLOWLEDGER_PARTITION_EVENTS: '2000',
  });
  return { server, client: clientOf(await server.ready, key) };
};

const progressOf = async (client: Client): Promise<ArchiveProgress> =>
  (await client.get<ArchiveProgress>(`/v1/archives/${partition}`)).body;

const completed = (client: Client): Promise<ArchiveProgress> =>
  eventually('its end', async () => {
    const found = await progressOf(client);
    if (found.state === 'completed') return found;
    throw new Error(JSON.stringify(found));
  });

const manifest = async (): Promise<ArchiveManifest> =>
  JSON.parse(await readFile(join(archive, partition, 'manifest.json'), 'utf8')) as ArchiveManifest;

test('an export killed by SIGKILL again and again loses no file and comes to the same ones', async () => {
  let { server, client } = await serve();
  await work(client, { executions: 40, calls: 60 });
  const request = { partition, maxEventsPerSecond: 100 };
  expect((await client.command('start-archive', request)).status).toBe(200);
  // What is left after the last of them takes seconds, so that it is not done before it is killed.
  for (const share of [0.1, 0.3, 0.5]) {
    const reached = async (): Promise<boolean> => (await progressOf(client)).done >= share * 2_000;
    await eventually(`${String(share)} of it`, reached);
    await server.kill('SIGKILL');
    expect(await readdir(archive)).toEqual([`${partition}.partial`]); // nothing half is in its place
    ({ server, client } = await serve());
    // What was whole is not written anew: it goes on from there.
    const gone = async (): Promise<ArchiveProgress | false> => {
      const found = await progressOf(client);
      return (found.ratePerSecond > 0 || found.state === 'completed') && found;
    };
    const { done } = await eventually('it goes on', gone);
    expect(done).toBeGreaterThanOrEqual(share * 2_000);
  }
  await completed(client);
  const interrupted = await manifest();
  expect(await readdir(archive)).toEqual([partition]);
  const proof = async (): Promise<ArchiveProof> =>
    (await client.get<ArchiveProof>('/v1/archives/proof')).body;
  expect(await proof()).toMatchObject({ holds: true, archives: [{ events: 2_000 }] });

  // One that nobody kills writes the same bytes.
  expect((await client.command('start-archive', { partition, again: true })).status).toBe(200);
  await eventually('other files', async () => (await manifest()).started !== interrupted.started);
  await completed(client);
  expect((await manifest()).files).toEqual(interrupted.files);
  expect((await proof()).holds).toBe(true);
});
