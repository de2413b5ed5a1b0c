import type { Dated } from './pricebook.state';

/** What is in force at `at`: from the latest time that has come, of two for one time the later fact. */
export const inForce = <T extends Dated>(facts: Iterable<T>, at: string): T | undefined => {
  const now = Date.parse(at);
  let found: T | undefined;
  let since = -Infinity;
  for (const fact of facts) {
    const { from, sequence } = fact;
    if (from > now || from < since || (from === since && sequence < (found?.sequence ?? -1)))
      continue;
    found = fact;
    since = from;
  }
  return found;
};
