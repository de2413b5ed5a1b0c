import { hash } from 'node:crypto';
import type { ExecutionEntry, LegacyLog } from './legacy-log';
import { microsecondDigits } from './legacy-time';

/** An execution of the log with the id it gets and what tells it from all others for good. */
export interface IdentifiedExecution {
  readonly entry: ExecutionEntry;
  readonly executionId: string;
  /** From the text of the file alone: the same in any later version of it, read in any time zone. */
  readonly identity: string;
}

/** Whether it could not keep the id that it has in the file. */
export const isRenamed = ({ entry, executionId }: IdentifiedExecution): boolean =>
  entry.execution.execution_id !== executionId;

/** Room for a fraction of a second and a count within the 128 characters of an id. */
const longestBase = 112;

/** A legacy id in the characters of an id: what had to be replaced or cut is told apart by a hash. */
const baseOf = (legacyId: string): string => {
  const safe = legacyId.replace(/[^A-Za-z0-9._:-]/g, '-');
  if (safe === legacyId && safe.length <= longestBase) return safe;
  return `${safe.slice(0, longestBase - 9)}-${hash('sha256', legacyId, 'hex').slice(0, 8)}`;
};

const take = (taken: Set<string>, wanted: readonly string[]): string => {
  let id = wanted.find((one) => !taken.has(one));
  for (let count = 2; id === undefined; count += 1) {
    const next = `${wanted.at(-1) ?? ''}.${count}`;
    if (!taken.has(next)) id = next;
  }
  taken.add(id);
  return id;
};

/** Every entry with an id, the malformed ones too: repaired later, they must not move the others. */
const claimsOf = ({ entries, faults }: LegacyLog) => {
  const malformed = new Map(faults.map(({ index, id }) => [index, id]));
  const claims = [
    ...entries.map((entry) => ({ index: entry.index, id: entry.execution.execution_id, entry })),
    ...[...malformed].flatMap(([index, id]) => (id === null ? [] : [{ index, id, entry: null }])),
  ];
  return claims.sort((one, other) => one.index - other.index);
};

/**
 * An id for every execution, no two alike. Legacy ids were made from the second, so several can share
 * one: the first in the file keeps it, the others add the fraction of the second in which they
 * started (`writer_20260108_223215.552581`), and a count should even that be the same.
 *
 * A log only grows at its end, so an execution keeps its id in every later version of the file. (Were
 * all sharers to get a suffix, the first would change its id when a second one comes along.)
 */
export const identify = (log: LegacyLog): IdentifiedExecution[] => {
  const taken = new Set<string>();
  const alike = new Map<string, number>();
  return claimsOf(log).flatMap(({ id, entry }) => {
    const base = baseOf(id);
    if (entry === null) {
      taken.add(base);
      return [];
    }
    const { start_time: start, agent } = entry.execution;
    const executionId = take(taken, [base, `${base}.${microsecondDigits(start)}`]);
    const likeness = JSON.stringify([id, agent, start]);
    const nth = (alike.get(likeness) ?? 0) + 1;
    alike.set(likeness, nth);
    return [{ entry, executionId, identity: `${likeness}#${nth}` }];
  });
};
