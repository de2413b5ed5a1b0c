import { readFile, readdir } from 'node:fs/promises';
import { median } from './figures';

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own tick is (USER_HZ). */
const ticksPerSecond = 100;

interface Used {
  readonly parent: number;
  /** Of the process itself. */
  readonly own: number;
  /** Of its children that have ended. */
  readonly ended: number;
}

/** From `/proc/<pid>/stat`; null where there is no such process. Seconds. */
const usedBy = async (pid: string): Promise<Used | null> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  // "pid (name) state ppid ...", and a name may hold spaces and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const seconds = (...indexes: number[]): number =>
    indexes.reduce((sum, index) => sum + Number(fields[index]), 0) / ticksPerSecond;
  return { parent: Number(fields[1]), own: seconds(11, 12), ended: seconds(13, 14) };
};

/**
 * The CPU seconds that a process and its children have used so far; NaN where there is no `/proc`.
 * Unlike a rate, what a command costs in CPU hardly changes with what else the machine does.
 */
const cpuSeconds = async (pid: number): Promise<number> => {
  const self = await usedBy(String(pid));
  if (self === null) return Number.NaN;
  let sum = self.own + self.ended;
  for (const other of await readdir('/proc')) {
    if (!/^\d+$/.test(other)) continue;
    const used = await usedBy(other);
    if (used?.parent === pid) sum += used.own;
  }
  return sum;
};

/** CPU time by process: seconds of a drive, or microseconds of one operation. */
export type Cost = Readonly<Record<string, number>>;

/** What each of some processes uses while `work` is done, in CPU seconds. */
export const cpuOf = async <T>(
  processes: Readonly<Record<string, number>>,
  work: () => Promise<T>,
): Promise<{ result: T; seconds: Cost }> => {
  const before = new Map<string, number>();
  for (const [name, pid] of Object.entries(processes)) before.set(name, await cpuSeconds(pid));
  const result = await work();
  const seconds: Record<string, number> = {};
  for (const [name, pid] of Object.entries(processes)) {
    seconds[name] = (await cpuSeconds(pid)) - (before.get(name) ?? 0);
  }
  return { result, seconds };
};

/** What one of so many operations took, in microseconds. */
export const costOf = (seconds: Cost, operations: number): Cost =>
  Object.fromEntries(
    Object.entries(seconds).map(([name, taken]) => [name, (taken * 1e6) / operations]),
  );

/** The medians of some costs, for a note. */
export const costText = (costs: readonly Cost[]): string =>
  Object.keys(costs[0] ?? {})
    .map((name) => `${name} ${median(costs.map((cost) => cost[name] ?? 0)).toFixed(0)} us`)
    .join(', ');
