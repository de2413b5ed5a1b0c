import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const megabytes = (kilobytes: string | undefined): number => Number(kilobytes) / 1024;

/** The resident memory of a process, now and at its highest, in MiB; where the system keeps no highest, now. */
const memoryOf = async (pid: number): Promise<{ now: number; peak: number }> => {
  const status = `/proc/${String(pid)}/status`;
  if (existsSync(status)) {
    const text = await readFile(status, 'utf8');
    const field = (name: string): number =>
      megabytes(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1]);
    return { now: field('VmRSS'), peak: field('VmHWM') };
  }
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
  return { now: megabytes(stdout), peak: megabytes(stdout) };
};

/** The resident memory of a process over the time that `work` takes, in MiB, four times a second. */
export const watchMemory = async <T>(
  pid: number,
  work: Promise<T>,
): Promise<{ result: T; over: number[]; peak: number }> => {
  const over: number[] = [];
  let peak = 0;
  const ended = new AbortController();
  const end = (): void => {
    ended.abort();
  };
  work.then(end, end);
  while (!ended.signal.aborted) {
    const seen = await memoryOf(pid);
    over.push(seen.now);
    peak = Math.max(peak, seen.peak, seen.now);
    await delay(250);
  }
  return { result: await work, over, peak };
};
