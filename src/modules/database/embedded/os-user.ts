import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { causeOf, StartError } from './start-error';

/** Whom a child process runs as. */
export interface OsUser {
  readonly uid: number;
  readonly gid: number;
}

const NAME = 'postgres';
const run = promisify(execFile);

/**
 * The user that PostgreSQL runs as: nobody else for an ordinary user; for root, whom PostgreSQL
 * refuses, the owner of the existing data, else the user `postgres`, made if there is none.
 *
 * @throws StartError when that user cannot be made.
 */
export const serverUser = async (dataDir: string): Promise<OsUser | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDir).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await lookUp()) ?? (await create());
};

/**
 * Makes sure that the user can reach every path.
 *
 * @throws StartError naming the first folder it cannot enter.
 */
export const requireReachable = async (user: OsUser, paths: readonly string[]): Promise<void> => {
  for (const path of paths) {
    const barrier = await firstBarrier(user, path);
    if (barrier === undefined) continue;
    throw new StartError(
      `PostgreSQL cannot run as root, and its OS user (uid ${user.uid}) cannot enter ${barrier} ` +
        `on the way to ${path}: run "chmod o+x ${barrier}", or start as an ordinary user`,
    );
  }
};

async function firstBarrier({ uid, gid }: OsUser, path: string): Promise<string | undefined> {
  const steps = [path];
  for (let step = dirname(path); step !== steps[0]; step = dirname(step)) steps.unshift(step);
  // Asked as that user rather than computed from modes, which would miss access control lists.
  const script = 'for step do [ -x "$step" ] || { printf %s "$step"; exit; }; done';
  const options = { cwd: '/', uid, gid };
  const { stdout } = await run('/bin/sh', ['-c', script, 'sh', ...steps], options);
  return stdout === '' ? undefined : stdout;
}

async function lookUp(): Promise<OsUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function create(): Promise<OsUser> {
  let cause = 'it is not there after useradd';
  try {
    await run('groupadd', ['--system', '--force', NAME]);
    await run('useradd', ['--system', '--no-create-home', '--gid', NAME, NAME]);
  } catch (error) {
    cause = causeOf(error);
  }
  const user = await lookUp();
  if (user !== undefined) return user;
  throw new StartError(
    `PostgreSQL cannot run as root, and the OS user "${NAME}" could not be made (${cause}): ` +
      'start as an ordinary user, or set DATABASE_URL',
  );
}
