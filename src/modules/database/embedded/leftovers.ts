import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { backendsOf, isPostmasterOf, isTaken } from './process-table';
import { StartError } from './start-error';

const POLL_MS = 20;
const FAST_MS = 60_000;
const IMMEDIATE_MS = 15_000;

/**
 * Clears away what a server leaves in its data directory when it, or the Node process above it,
 * was killed. The caller has the home to itself: a postmaster that runs here belongs to nobody.
 *
 * @throws StartError when a leftover postmaster does not end.
 */
export const clearLeftovers = async (
  dataDir: string,
  log: (line: string) => void,
): Promise<void> => {
  const file = join(dataDir, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const real = await realpath(dataDir);
  const pid = Math.abs(Number(text.split('\n', 1)[0])); // negative: a single-user server
  if (!Number.isInteger(pid) || pid === 0) {
    log(`removing ${file}, which a crash left without a process id`);
    await rm(file);
  } else if (await isPostmasterOf(real, pid)) {
    log(`stopping the PostgreSQL (pid ${pid}) that an earlier run left behind`);
    await stopPostmaster(real, pid);
  } else if (isTaken(pid)) {
    // PostgreSQL would take the stranger for its predecessor. It passes over its parent's id, and
    // the rest of the file still tells it which shared memory to find unused.
    log(`process ${pid} has taken the id of an earlier PostgreSQL: passing over it`);
    await writeFile(file, text.replace(/^-?\d+/, String(process.pid)));
  }
  await endOrphans(real, log);
};

async function stopPostmaster(dataDir: string, pid: number): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', FAST_MS],
    ['SIGQUIT', IMMEDIATE_MS],
  ] as const) {
    send(pid, signal);
    if (await holdsWithin(patience, async () => !(await isPostmasterOf(dataDir, pid)))) return;
  }
  throw new StartError(`the PostgreSQL with pid ${pid} on ${dataDir} does not end: stop it first`);
}

/** Backends whose postmaster is gone hold the shared memory that a new one must find unused. */
async function endOrphans(dataDir: string, log: (line: string) => void): Promise<void> {
  const orphans = await backendsOf(dataDir);
  if (orphans.length === 0) return;
  log(`ending ${orphans.length} PostgreSQL processes whose postmaster is gone`);
  for (const pid of orphans) send(pid, 'SIGQUIT');
  await holdsWithin(IMMEDIATE_MS, async () => (await backendsOf(dataDir)).length === 0);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in the meantime, or it is not ours to end: the wait that follows finds out.
  }
}

async function holdsWithin(ms: number, condition: () => Promise<boolean>): Promise<boolean> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) return false;
    await pause(POLL_MS);
  }
  return true;
}
