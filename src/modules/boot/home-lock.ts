import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '../files/make-folder';

const serverFile = z.object({ url: z.string(), pid: z.int().positive() });
const holderFile = z.object({ pid: z.int().positive(), started: z.string() });

export type ServerFile = z.output<typeof serverFile>;

/** The folder is in use by another server; the message names its url and process. */
export class HomeInUse extends Error {}

const serverPath = (home: string): string => join(home, 'server.json');
const lockPath = (home: string): string => join(home, 'server.lock');

/** What a file holds; undefined where it is not whole. */
const parsed = <T>(text: string, schema: z.ZodType<T>): T | undefined => {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/**
 * What tells a process from a later one with the same id: on Linux its start in clock ticks since
 * boot, the 22nd field of its stat; elsewhere nothing. Undefined where there is no such process.
 */
const startOf = async (pid: number): Promise<string | undefined> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  try {
    const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : (rest[18] ?? ''); // a zombie holds nothing any more
  } catch {
    return '';
  }
};

/** The url and process of the server on this home, as far as it says; also what clients look up. */
export const readServerFile = async (home: string): Promise<ServerFile | undefined> =>
  parsed(await readFile(serverPath(home), 'utf8').catch(() => ''), serverFile);

/** Written under another name and moved, so that nobody reads half of it. */
export const writeServerFile = async (home: string, server: ServerFile): Promise<void> => {
  const draft = `${serverPath(home)}.${String(server.pid)}`;
  await writeFile(draft, `${JSON.stringify(server)}\n`);
  await rename(draft, serverPath(home));
};

const refuse = async (home: string, pid: number): Promise<never> => {
  const server = await readServerFile(home);
  const where = server?.pid === pid ? `at ${server.url}` : 'and is starting or stopping';
  throw new HomeInUse(
    `${home} is in use: a server runs ${where} (pid ${String(pid)}); stop it, or set FLOWLEDGER_HOME to another folder`,
  );
};

const unlessMissing = (error: unknown): undefined => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
};

/** Makes `path` another name of `draft`; false where the name is taken: check and taking are one. */
const linked = async (draft: string, path: string): Promise<boolean> => {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
};

/**
 * Takes the lock at `path`. One whose holder is dead is replaced by whoever holds the lock on its
 * succession: were it just removed, the second of two that come at once would remove what the first
 * has taken.
 *
 * @throws HomeInUse while another process has it, or is taking it.
 */
const take = async (home: string, path: string): Promise<void> => {
  // Not by the id of the process: what a killed one left there may be the lock itself by its second name.
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  const started = (await startOf(process.pid)) ?? '';
  await writeFile(draft, JSON.stringify({ pid: process.pid, started }));
  try {
    while (!(await linked(draft, path))) {
      const text = await readFile(path, 'utf8').catch(unlessMissing);
      if (text === undefined) continue; // given back meanwhile
      const other = parsed(text, holderFile);
      if (other !== undefined && (await startOf(other.pid)) === other.started) {
        await refuse(home, other.pid);
      }
      const succession = `${path}.after-${other === undefined ? 'nobody' : `${other.pid}-${other.started}`}`;
      await take(home, succession);
      try {
        if ((await readFile(path, 'utf8').catch(unlessMissing)) !== text) continue;
        await rename(draft, path);
        return;
      } finally {
        await rm(succession, { force: true });
      }
    }
  } finally {
    await rm(draft, { force: true });
  }
};

/**
 * Takes the home folder for this process alone, making it where there is none; a lock left by a
 * killed process is taken over. Returns the function that gives it back.
 *
 * @throws HomeInUse while another server has it.
 */
export const takeHome = async (home: string): Promise<() => Promise<void>> => {
  const path = lockPath(home);
  try {
    await makeFolder(home);
    await take(home, path);
  } catch (error) {
    if (error instanceof HomeInUse) throw error;
    const reason = (error as Error).message;
    throw new Error(`cannot write to FLOWLEDGER_HOME ${home}: ${reason}`, { cause: error });
  }
  return async () => {
    await rm(serverPath(home), { force: true });
    await rm(path, { force: true });
  };
};
