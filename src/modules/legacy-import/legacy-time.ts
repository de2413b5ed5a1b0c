/*
 * Times of a legacy log, as microseconds since 1970: whole numbers, exact in a double until the year
 * 2255, which a Date (milliseconds) would cut.
 */

/** Python's `isoformat()`: `T` or a space, up to six digits or more of a second, a zone or none. */
const pattern = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/i;

const hourMilliseconds = 3_600_000;

/** Whether there is a time zone of this IANA name. */
export const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** The digits of the fraction of a second, to the microsecond: `552581` of `...:15.552581`. */
export const microsecondDigits = (text: string): string =>
  (pattern.exec(text)?.[3] ?? '').slice(0, 6).padEnd(6, '0');

/** Microseconds since 1970 as ISO 8601 UTC with six digits. */
export const isoOf = (microseconds: number): string => {
  const seconds = Math.floor(microseconds / 1e6);
  const fraction = String(microseconds - seconds * 1e6).padStart(6, '0');
  return `${new Date(seconds * 1e3).toISOString().slice(0, 19)}.${fraction}Z`;
};

/** Local time minus UTC, in milliseconds, at moments of a zone; computed once for each hour. */
const offsetsOf = (timeZone: string): ((utc: number) => number) => {
  const known = new Map<number, number>();
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const compute = (utc: number): number => {
    const parts = format
      .formatToParts(utc)
      .map(({ type, value }) => [type, Number(value)] as const);
    const {
      year = 0,
      month = 0,
      day = 0,
      hour = 0,
      minute = 0,
      second = 0,
    } = Object.fromEntries(parts) as Record<string, number>;
    return Date.UTC(year, month - 1, day, hour, minute, second) - utc;
  };
  return (utc) => {
    // Zones change at whole quarters of an hour, and never twice in one.
    const quarter = Math.floor(utc / (hourMilliseconds / 4));
    const before = known.get(quarter);
    if (before !== undefined) return before;
    const offset = compute(quarter * (hourMilliseconds / 4));
    known.set(quarter, offset);
    return offset;
  };
};

/**
 * Reads times of a log in which those without a zone are local to `timeZone`. An hour that comes
 * twice in autumn is taken as the first; one that is skipped in spring as if clocks had gone on:
 * what ECMAScript's Temporal calls `compatible`.
 *
 * @returns microseconds since 1970, or undefined for what is no time.
 */
export const clockOf = (timeZone: string): ((text: string) => number | undefined) => {
  const offsetAt = timeZone === 'UTC' ? (): number => 0 : offsetsOf(timeZone);
  const toUtc = (local: number): number => {
    const before = offsetAt(local - 24 * hourMilliseconds);
    const after = offsetAt(local + 24 * hourMilliseconds);
    const fitting = [local - before, local - after].filter((utc) => utc + offsetAt(utc) === local);
    return fitting.length > 0 ? Math.min(...fitting) : local - before;
  };
  return (text) => {
    const [, date, time, , zone] = pattern.exec(text) ?? [];
    if (date === undefined || time === undefined) return undefined;
    const wall = `${date}T${time}`;
    const local = Date.parse(`${wall}Z`);
    // Date rolls 30 February over into March: a time that does not come back is none.
    if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 19) !== wall)
      return undefined;
    const utc = zone === undefined ? toUtc(local) : Date.parse(`${wall}${withColon(zone)}`);
    return Number.isNaN(utc) ? undefined : utc * 1e3 + Number(microsecondDigits(text));
  };
};

const withColon = (zone: string): string =>
  zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
