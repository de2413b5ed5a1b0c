import { isOutage } from '../database/outage';

const shortest = 500;
const longest = 30_000;
/** A database that is away is asked by everybody, cheaply; once it is back nobody is to keep waiting. */
const longestOfOutage = 2_000;

/** Milliseconds until what failed with `error`, for the `failures`th time in a row, is tried again. */
export const backoffAfter = (error: unknown, failures: number): number =>
  Math.min(isOutage(error) ? longestOfOutage : longest, shortest * 2 ** Math.min(failures - 1, 10));
