import { BadUse } from './verb';
import type { Options } from './verb';

/**
 * Sees that an act of a verb is given none of the verb's `options` but those that it takes.
 *
 * @throws BadUse naming what it does not take: passed over, `--dry-run` would have the act done.
 */
export const takesOnly = (
  act: string,
  taken: readonly string[],
  values: Readonly<Record<string, unknown>>,
  options: Options,
): void => {
  const isGiven = ([flag, { default: unsaid }]: [string, Options[string]]): boolean =>
    values[flag] !== undefined && values[flag] !== unsaid;
  const surplus = Object.entries(options)
    .filter((option) => isGiven(option) && !taken.includes(option[0]))
    .map(([flag]) => `--${flag}`);
  if (surplus.length > 0) throw new BadUse(`${act} takes no ${surplus.join(', ')}`);
};
