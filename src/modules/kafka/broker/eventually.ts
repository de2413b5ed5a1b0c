import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks until the answer is true. A check that throws has not succeeded yet: it is asked again.
 * @param within how long to go on, in milliseconds
 * @throws the signal's reason once it is aborted; else an error naming `what`, with the last failure as its cause
 */
export async function eventually(
  what: string,
  check: () => boolean | Promise<boolean>,
  {
    within,
    every = 50,
    signal,
  }: { within: number; every?: number; signal?: AbortSignal | undefined },
): Promise<void> {
  const deadline = Date.now() + within;
  let cause: unknown;
  for (;;) {
    signal?.throwIfAborted();
    try {
      if (await check()) return;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadline) break;
    await delay(every);
  }
  const last = cause instanceof Error ? `: ${cause.message}` : '';
  throw new Error(`${what} did not happen within ${within / 1000} s${last}`, { cause });
}
