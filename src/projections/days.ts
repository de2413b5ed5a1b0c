/** The UTC day of an ISO 8601 time, `YYYY-MM-DD`. */
export const dayOf = (instant: string): string => instant.slice(0, 10);

/** Whole milliseconds from one ISO 8601 time to another, never negative. */
export const millisecondsBetween = (from: string, to: string): number =>
  Math.max(0, Date.parse(to) - Date.parse(from));
