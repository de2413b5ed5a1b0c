import type { Dated } from './pricebook.state';

/** What is in force at `at`: from the latest time that has come, of two for one time the later fact. */
export const inForce = <T extends Dated>(facts: readonly T[], at: string): T | undefined => {
  const now = Date.parse(at);
  let found: T | undefined;
  let since = -Infinity;
  for (const fact of facts) {
    const from = Date.parse(fact.effectiveFrom);
    const later = from > since || (from === since && fact.sequence >= (found?.sequence ?? -1));
    if (from <= now && later) [found, since] = [fact, from];
  }
  return found;
};
