import { setMaxListeners } from 'node:events';

/** Resolves after a time, which may be over already, or at once when `signal` is aborted. */
export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, milliseconds));
    setMaxListeners(0, signal); // each read model waits on the one signal of its process
    signal.addEventListener('abort', done);
  });
