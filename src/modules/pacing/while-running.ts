import type { Bell } from './bell';

const lookMilliseconds = 500;

/**
 * Carries out `work` with a signal that is aborted with `signal`, or once `isRunning` says no: which is asked
 * when `bell` is struck, and otherwise every half a second, for somebody may have paused or cancelled it in
 * another process. What cannot be asked for now is taken to be running.
 */
export const whileRunning = async <Ending>(
  isRunning: () => Promise<boolean>,
  bell: Bell,
  work: (signal: AbortSignal) => Promise<Ending>,
  signal: AbortSignal,
): Promise<Ending> => {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const watch = async (): Promise<void> => {
    while (!until.aborted) {
      const { count } = bell;
      if (!(await isRunning().catch(() => true))) stop.abort();
      await bell.beyond(count, lookMilliseconds, until);
    }
  };
  const watching = watch();
  try {
    return await work(until);
  } finally {
    stop.abort();
    await watching;
  }
};
