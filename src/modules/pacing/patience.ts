/** No outcome came in time, which does not say that none will come. */
export class TooLate extends Error {}

/**
 * The outcome of `work`, if it comes within a time.
 *
 * @throws TooLate after that time; `work` is left to itself then.
 */
export const withinMilliseconds = <T>(milliseconds: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new TooLate(`no answer within ${milliseconds} ms`));
    }, milliseconds);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
};

/**
 * The outcome of `work`; once `signal` is aborted, only if it comes within a time from then on.
 *
 * @throws Error after that time; `work` is left to itself then.
 */
export const unlessStopped = <T>(
  signal: AbortSignal,
  milliseconds: number,
  work: Promise<T>,
): Promise<T> => {
  let stop: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = (): void => {
      timer = setTimeout(() => {
        reject(new Error(`stopped, and not done within ${milliseconds} ms`));
      }, milliseconds);
    };
  });
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop);
  return Promise.race([work, stopped]).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  });
};
