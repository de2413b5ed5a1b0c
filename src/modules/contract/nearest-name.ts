import { nearest, plainName } from '../http/known-names';

const sharedStart = (one: string, other: string): number => {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
};

/** Shorter beginnings, such as `in` or `cost`, are shared by too much. */
const enoughLetters = 5;

/**
 * The known name that was probably meant: the one that is spelt most alike, else the one that begins
 * alike for more than half of the name, as `durationSeconds` for `duration_ms`.
 */
export const nearestName = (unknown: string, known: readonly string[]): string | undefined => {
  const alike = nearest(unknown, known);
  if (alike !== undefined) return alike;
  const name = plainName(unknown);
  const starts = known.map((candidate) => sharedStart(name, plainName(candidate)));
  const longest = Math.max(0, ...starts);
  if (longest < Math.max(enoughLetters, name.length / 2 + 1)) return undefined;
  return known[starts.indexOf(longest)];
};
