const firstMilliseconds = 500;
const longestMilliseconds = 5_000;

/** Milliseconds until what failed for the `failures`th time in a row is tried again: each time twice as long. */
export const pauseAfter = (failures: number): number =>
  Math.min(longestMilliseconds, firstMilliseconds * 2 ** (failures - 1));
