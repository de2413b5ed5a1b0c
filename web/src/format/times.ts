/** 2026-11-28 16:11:32 */
export const clock = (at: string): string => at.slice(0, 19).replace('T', ' ');

/** With the zone, for where no heading has it. */
export const utc = (at: string): string => `${clock(at)} UTC`;

/** To the microsecond, as it is recorded. */
export const exactUtc = (at: string): string => `${at.replace('T', ' ').replace('Z', '')} UTC`;

export const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** A time as an address may have it, in whatever zone; as it stands where it is none. */
export const inUtc = (time: string): string => {
  const milliseconds = Date.parse(time);
  return time.endsWith('Z') || Number.isNaN(milliseconds) ? time : isoOf(milliseconds);
};

/** The first moment of the minute. */
export const toMinute = (milliseconds: number): number =>
  Math.floor(milliseconds / 60_000) * 60_000;

export const dayOf = (milliseconds: number): string => isoOf(milliseconds).slice(0, 10);

/** The first moment of a day of UTC. */
export const firstOf = (day: string): string => `${day}T00:00:00.000Z`;
