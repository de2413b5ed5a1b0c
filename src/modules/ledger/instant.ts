/*
 * A canonical instant is ISO 8601 in UTC with exactly six digits of a second's fraction:
 * `2026-01-08T22:32:15.550791Z`. One form only, so that instants compare as text, and the digest of
 * an event can be recomputed from what the database gives back.
 */

const isoPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

/** An ISO 8601 time with seconds and zone as a canonical instant; digits past the sixth are cut. */
export const canonicalInstant = (iso: string): string => {
  const match = isoPattern.exec(iso);
  if (match === null) throw new RangeError(`not an ISO 8601 time with a zone: ${iso}`);
  const [, seconds = '', fraction = '', zone = ''] = match;
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  const utc = zone === 'Z' ? seconds : new Date(seconds + zone).toISOString().slice(0, 19);
  return `${utc}.${micros}Z`;
};

/** Milliseconds since 1970 as a canonical instant. */
export const instantOf = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 23)}000Z`;

/** What PostgreSQL prints for a timestamptz in UTC (`2026-01-08 22:32:15.55+00`), canonical. */
export const instantFromDatabase = (text: string): string => {
  const fraction = text.length > 22 ? text.slice(20, -3) : '';
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(6, '0')}Z`;
};
