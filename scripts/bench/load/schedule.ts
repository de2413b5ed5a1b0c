import { setTimeout as delay } from 'node:timers/promises';

/**
 * Calls `due` for each of `rate * seconds` moments, evenly apart, with the moment it was meant for
 * (on the clock of `performance`). Whatever is late keeps its intended moment, so a time measured
 * from there has no coordinated omission: a server that stalls is charged for all who would have come.
 */
export const atConstantRate = async (
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
  due: (index: number, intended: number) => void,
): Promise<void> => {
  const interval = 1000 / rate;
  const count = Math.round(rate * seconds);
  const begin = performance.now() + 10;
  let index = 0;
  while (index < count) {
    const now = performance.now();
    for (; index < count && begin + index * interval <= now; index += 1) {
      due(index, begin + index * interval);
    }
    await delay(1); // not a busy wait: the core belongs to the server as well
  }
};
