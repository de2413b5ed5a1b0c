/** Of up to 2 kB each: a fact of that many is below the 1 MiB of a request's body, as every event has to be. */
const entriesInFact = 500;

/** Entries without a bound as the lists of several facts, in order; none of no entries. */
export const inFacts = <Entry>(entries: readonly Entry[]): Entry[][] =>
  Array.from({ length: Math.ceil(entries.length / entriesInFact) }, (_, index) =>
    entries.slice(index * entriesInFact, (index + 1) * entriesInFact),
  );
