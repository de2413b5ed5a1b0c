/** Runs one piece of work at a time. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * In the order in which they come; for a connection that several share: pg will refuse a statement while
 * another goes on, and a transaction has to be alone.
 */
export const inTurns = (): Turn => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const own = last.then(work);
    last = own.catch(() => undefined);
    return own;
  };
};
