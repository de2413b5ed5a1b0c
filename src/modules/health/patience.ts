/** What does not answer within this time is not waited for. */
const patienceMilliseconds = 2_000;

/** No answer came in time, which does not say that none will come. */
export class TooLate extends Error {}

/**
 * What `work` comes to.
 *
 * @throws TooLate once `milliseconds` are over; the work itself goes on.
 */
export const within = <T>(work: Promise<T>, milliseconds = patienceMilliseconds): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new TooLate(`no answer within ${String(milliseconds)} ms`));
    }, milliseconds);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
};
