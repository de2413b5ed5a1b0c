import { closest, distance } from 'fastest-levenshtein';

/** What names are compared by: their letters and digits, in lower case. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The known name that `unknown` was probably meant to be: `execution_id` for `executionId`. */
export const nearest = (unknown: string, known: readonly string[]): string | undefined => {
  if (known.length === 0) return undefined;
  const best = closest(plainName(unknown), known.map(plainName));
  const name = known.find((candidate) => plainName(candidate) === best);
  const farthest = Math.max(2, Math.floor(unknown.length / 2));
  return distance(plainName(unknown), best) <= farthest ? name : undefined;
};

/** That a name is none of those that are known, with the one that was probably meant, or else with all. */
export const unknownName = (kind: string, name: string, known: readonly string[]): string => {
  if (known.length === 0) return `unknown ${kind}; there are none here`;
  const guess = nearest(name, known);
  return guess === undefined
    ? `unknown ${kind}; known are ${known.join(', ')}`
    : `unknown ${kind}, did you mean ${guess}?`;
};
