const longestMilliseconds = 3_600_000;

/**
 * How long to wait after `failures` failed attempts: half of a time that doubles with each, and up to
 * as much again by chance, so that those who failed together do not come back together; at least
 * what the receiver asked for. An hour at most. `chance`: from 0 to below 1.
 */
export const backoffOf = (
  failures: number,
  baseMilliseconds: number,
  retryAfterMilliseconds: number | null,
  chance: number,
): number => {
  const doubled = Math.min(baseMilliseconds * 2 ** (failures - 1), longestMilliseconds);
  const jittered = doubled / 2 + (doubled / 2) * chance;
  return Math.min(Math.max(jittered, retryAfterMilliseconds ?? 0), longestMilliseconds);
};

/** The wait that a `Retry-After` asks for at `now`: seconds or a date (RFC 9110, 10.2.3); null for neither. */
export const retryAfterOf = (header: string | null, now: number): number | null => {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const date = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
};
