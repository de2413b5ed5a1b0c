import { setTimeout as wait } from 'node:timers/promises';
import { FlowledgerProblem, FlowledgerUnreachable } from './problem';

const firstPause = 100;
const longestPause = 5_000;
/** 24 days: a timer that is set for longer is over at once. */
export const longestTimer = 2 ** 31 - 1;

/** Of a status: the same request may succeed later. 502 and 504 are a proxy's. */
export const isTemporary = (status: number): boolean => [429, 502, 503, 504].includes(status);

/** Of an error: the same request may succeed later. */
const mayPass = (error: unknown): boolean =>
  error instanceof FlowledgerUnreachable ||
  (error instanceof FlowledgerProblem && isTemporary(error.status));

/** `Retry-After` in milliseconds, from seconds or a date; null where there is none to understand. */
export const retryAfterIn = (headers: Headers, now = Date.now()): number | null => {
  const text = headers.get('retry-after');
  if (text === null) return null;
  const seconds = Number(text);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(text) - now : seconds * 1_000;
  return Number.isNaN(milliseconds) ? null : Math.max(0, milliseconds);
};

/** Twice as long after each failure, less up to a half by chance, and never less than was asked for. */
export const pauseAfter = (
  failures: number,
  asked: number | null,
  chance: () => number = Math.random,
): number => {
  const full = Math.min(longestPause, firstPause * 2 ** failures);
  return Math.min(longestTimer, Math.max(asked ?? 0, full * (0.5 + chance() / 2)));
};

/** How long something is tried again: until it would take longer than this without any success. */
export class Patience {
  private failures = 0;
  private endsAt: number;

  constructor(private readonly milliseconds: number) {
    this.endsAt = performance.now() + milliseconds;
  }

  /** Something got done: begins anew. */
  renew(): void {
    this.failures = 0;
    this.endsAt = performance.now() + this.milliseconds;
  }

  /**
   * Waits until it is time for the next attempt.
   *
   * @throws error itself where no attempt would help or the time is over; the signal's reason
   */
  async outlast(error: unknown, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!mayPass(error)) throw error;
    const asked = error instanceof FlowledgerProblem ? error.retryAfterMilliseconds : null;
    const pause = pauseAfter(this.failures, asked);
    if (performance.now() + pause > this.endsAt) throw error;
    this.failures += 1;
    await wait(pause, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    signal?.throwIfAborted();
  }
}
