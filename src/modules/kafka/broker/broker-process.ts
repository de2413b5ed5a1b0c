import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { markOf, pidFile, type PidRecord } from './leftovers';
import type { KafkaRuntime } from './distribution';

// Kafka wants up to five minutes to hand over what it leads; after this long nobody is left to take it.
const gracePeriod = 15_000;
const largestLog = 16 * 1024 * 1024;
/** Begins every start in the log. */
const heading = '=== starting\n';

/** One running broker. */
export interface BrokerProcess {
  pid: number;
  /** Settles when the process is gone, with how it went. */
  exited: Promise<string>;
}

/**
 * Starts the broker whose settings and data are in `folder`, in a process group of its own (a
 * Ctrl-C in the terminal is then ours to handle). Its output is appended to `broker.log` there.
 */
export function spawnBroker(
  folder: string,
  heapMegabytes: number,
  { java, lib, env }: KafkaRuntime,
): BrokerProcess {
  const file = join(folder, 'broker.log');
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const log = openSync(file, size > largestLog ? 'w' : 'a');
  writeSync(log, heading);
  const child = spawn(
    java,
    [
      // Without the second compiler a start takes 4 s of CPU instead of 7.5, and producing 100,000
      // messages 0.6 s instead of 0.7: a broker of this size waits more than it computes.
      '-XX:TieredStopAtLevel=1',
      '-Xms128m',
      `-Xmx${heapMegabytes}m`,
      '-XX:+ExitOnOutOfMemoryError',
      '-XX:-UsePerfData',
      markOf(folder),
      '-Dlog4j2.configurationFile=log4j2.properties',
      '-cp',
      join(lib, '*'),
      'kafka.Kafka',
      'server.properties',
    ],
    { cwd: folder, env, detached: true, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const exited = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
    rmSync(pidFile(folder), { force: true });
    return signal === null ? `exit status ${String(code)}` : `signal ${String(signal)}`;
  });
  if (child.pid === undefined) {
    exited.catch(() => undefined);
    throw new Error(`could not start ${java}: the system refuses another process`);
  }
  const record: PidRecord = { pid: child.pid, parent: process.pid };
  writeFileSync(pidFile(folder), JSON.stringify(record));
  return { pid: child.pid, exited };
}

/** Asks the broker to stop, and kills it when it does not. */
export async function stopBroker({ pid, exited }: BrokerProcess): Promise<void> {
  signal(pid, 'SIGTERM');
  const impatience = new AbortController();
  const late = delay(gracePeriod, 'late', { signal: impatience.signal }).catch(() => 'in time');
  const outcome = await Promise.race([exited, late]);
  impatience.abort();
  if (outcome === 'late') signal(pid, 'SIGKILL');
  await exited;
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Why the broker ended, where it said so: its last errors, else its last lines. */
export async function lastWords(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'broker.log'), 'utf8').catch(() => '');
  const all = text
    .slice(text.lastIndexOf(heading) + heading.length)
    .trimEnd()
    .split('\n');
  const errors = all.filter((line) => /ERROR|FATAL|Exception|^Error/.test(line));
  return (errors.length > 0 ? errors : all).slice(-3).join(' | ');
}
