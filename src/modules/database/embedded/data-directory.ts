import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { syncFolder } from '../../files/write-whole';
import { lastMeaningfulLine } from './server-log';
import { causeOf, codeOf, StartError } from './start-error';
import type { Binaries } from './binaries';
import type { HomeFolder } from './home-folder';
import type { OsUser } from './os-user';

/** The superuser of the cluster, who owns the schema. */
export const OWNER = 'flowledger_owner';

/**
 * Whether the home has a data directory that a server of this major version can open.
 *
 * @throws StartError when it holds another version's data, or something else.
 */
export const hasDataFor = async ({ data }: HomeFolder, major: number): Promise<boolean> => {
  const entries = await readdir(data).catch((error: unknown): string[] => {
    if (codeOf(error) === 'ENOENT') return [];
    throw new StartError(`cannot read ${data}: ${causeOf(error)}; start as the user who made it`);
  });
  if (entries.length === 0) return false;
  if (!entries.includes('PG_VERSION')) {
    throw new StartError(`${data} holds something other than PostgreSQL data: move it away`);
  }
  const version = (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim();
  if (Number(version) === major) return true;
  throw new StartError(
    `${data} was made by PostgreSQL ${version} and this is PostgreSQL ${major}: ` +
      `dump it with version ${version} and restore it, or move it away`,
  );
};

/**
 * Makes the data directory. It gets its name only when it is whole, so that a start that was
 * killed half-way leaves nothing that a later one would take for data.
 *
 * @throws StartError with the reason that initdb gives.
 */
export const createData = async (
  home: HomeFolder,
  how: { binaries: Binaries; user: OsUser | undefined; ownerPassword: string; durable: boolean },
): Promise<void> => {
  const workshop = `${home.data}.new-${randomBytes(4).toString('hex')}`;
  const passwordFile = join(workshop, 'password');
  const draft = join(workshop, 'data');
  try {
    await mkdir(workshop, { mode: 0o700 });
    await writeFile(passwordFile, how.ownerPassword, { mode: 0o600 });
    if (how.user !== undefined) {
      for (const path of [workshop, passwordFile]) await chown(path, how.user.uid, how.user.gid);
    }
    await runInitdb(how.binaries.initdb, initdbArguments(draft, passwordFile, how), how.user);
    await rename(draft, home.data);
    if (how.durable) await syncFolder(home.root);
  } catch (error) {
    throw new StartError(`cannot create a database in ${home.data}: ${causeOf(error)}`);
  } finally {
    await rm(workshop, { recursive: true, force: true }).catch(() => undefined);
  }
};

/** Removes what starts that were killed half-way left behind. */
export const removeDrafts = async (home: HomeFolder): Promise<void> => {
  const prefix = `${basename(home.data)}.new-`;
  for (const entry of await readdir(home.root)) {
    if (!entry.startsWith(prefix)) continue;
    // An initdb that outlived its parent may still be writing; the next start then removes it.
    const options = { recursive: true, force: true, maxRetries: 5 };
    await rm(join(home.root, entry), options).catch(() => undefined);
  }
};

const initdbArguments = (pgdata: string, pwfile: string, how: { durable: boolean }): string[] => [
  `--pgdata=${pgdata}`,
  `--username=${OWNER}`,
  `--pwfile=${pwfile}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C.UTF-8',
  // Sorts by code point as libc's C.UTF-8 does, and no system upgrade can change it under an index.
  '--locale-provider=builtin',
  '--lc-messages=C',
  '--data-checksums',
  ...(how.durable ? [] : ['--no-sync']),
];

async function runInitdb(file: string, args: string[], user: OsUser | undefined): Promise<void> {
  const env = { LC_ALL: 'C', TZ: 'UTC' };
  const child = spawn(file, args, { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'], ...user });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (code !== 0) throw new Error(lastMeaningfulLine(output) ?? 'initdb was killed');
}
