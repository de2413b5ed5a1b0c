const firstMilliseconds = 500;
const atMostMilliseconds = 10_000;

/** How long to wait before the next try to connect, after so many in vain. */
export const backoff = (failures: number): number =>
  Math.min(atMostMilliseconds, firstMilliseconds * 2 ** Math.max(0, failures - 1));
