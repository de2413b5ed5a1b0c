import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually';

const run = promisify(execFile);

/** What `broker.pid` holds: the broker, and the process that started it. */
export interface PidRecord {
  pid: number;
  parent: number;
}

/** The file that names the broker running on this folder. */
export function pidFile(folder: string): string {
  return join(folder, 'broker.pid');
}

/** The argument by which a broker of this folder is known among all processes: pids are reused. */
export function markOf(folder: string): string {
  return `-Dflowledger.broker=${folder}`;
}

/**
 * Stops the broker that a killed process left running on this folder, if there is one.
 * @throws when the broker is not left over: the process that started it still lives
 */
export async function stopLeftover(folder: string, log: (line: string) => void): Promise<void> {
  const record = await recorded(folder);
  if (record === undefined) return;
  const { pid, parent } = record;
  const found = await lookUp(pid);
  if (found?.command.includes(markOf(folder)) === true) {
    // An orphan has been given another parent.
    if (found.parent === parent) {
      throw new Error(`a broker (pid ${pid}) runs in ${folder}, started by process ${parent}`);
    }
    log(`stopping the broker (pid ${pid}) that a killed process left running`);
    process.kill(pid, 'SIGTERM');
    const gone = async () => (await lookUp(pid))?.command.includes(markOf(folder)) !== true;
    await eventually('its end', gone, { within: 15_000 }).catch(async () => {
      process.kill(pid, 'SIGKILL');
      await eventually(`the end of process ${pid}`, gone, { within: 10_000 });
    });
  }
  await rm(pidFile(folder), { force: true });
}

async function recorded(folder: string): Promise<PidRecord | undefined> {
  if (!existsSync(pidFile(folder))) return undefined;
  const text = await readFile(pidFile(folder), 'utf8');
  // A parent killed while writing it leaves an empty file.
  return text === '' ? undefined : (JSON.parse(text) as PidRecord);
}

/** The command line and parent of a process, or undefined when there is none (or it is a zombie). */
async function lookUp(pid: number): Promise<{ parent: number; command: string } | undefined> {
  if (existsSync('/proc/self/stat')) {
    // Slim images have no `ps`.
    const [stat, cmdline] = await Promise.all(
      ['stat', 'cmdline'].map((name) =>
        readFile(`/proc/${String(pid)}/${name}`, 'utf8').catch(() => ''),
      ),
    );
    // "pid (name) state ppid ...", and a name may hold spaces and brackets.
    const parent = Number(stat?.slice(stat.lastIndexOf(')')).split(' ')[2]);
    return cmdline ? { parent, command: cmdline.replaceAll('\0', ' ') } : undefined;
  }
  const listed = await run('ps', ['-ww', '-o', 'ppid=,command=', '-p', String(pid)]).catch(
    () => undefined,
  );
  const [, parent, command] = /^\s*(\d+) (.*)$/m.exec(listed?.stdout ?? '') ?? [];
  return command === undefined ? undefined : { parent: Number(parent), command };
}
