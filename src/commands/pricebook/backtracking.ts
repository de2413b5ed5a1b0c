/** Characters of the longest name that a pattern is held against. */
const longestName = 130;

/** Some milliseconds of one core: two parts of any length, one after the other, in ten ways. */
const waysAtMost = 200_000;

/** An escape, a class, what opens a group, or any other character. */
const token = /\\[^]|\[(?:\\[^]|[^\]\\])*\]|\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?|[^]/y;
const quantifier = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y;

const next = (pattern: RegExp, text: string, from: number): RegExpExecArray | null => {
  pattern.lastIndex = from;
  return pattern.exec(text);
};

const timesOf = ([, sign, least, comma, most]: RegExpExecArray): readonly [number, number] => {
  if (sign !== undefined) return [sign === '+' ? 1 : 0, sign === '?' ? 1 : longestName];
  if (comma === '') return [Number(least), Number(least)];
  return [Number(least), most === '' ? longestName : Number(most)];
};

/** Of what can be matched in `ways`, repeated. */
const repeated = (ways: number, [least, most]: readonly [number, number]): number => {
  const [from, to] = [Math.min(least, longestName), Math.min(most, longestName)];
  let sum = 0;
  for (let times = from; times <= to; times += 1) sum += ways ** times;
  return Math.max(1, sum);
};

/**
 * In how many ways, at most, a regular expression may be tried against a name: those of its parts
 * multiplied, those of alternatives added, and all of it from each character on where it need not begin
 * at the first. It counts too many rather than too few.
 */
const waysOf = (pattern: string): number => {
  const begins = pattern.startsWith('^') ? 1 : longestName;
  const groups = [{ others: 0, ways: 1 }];
  let isDivided = false;
  for (let from = 0; from < pattern.length;) {
    const [text] = next(token, pattern, from) ?? [''];
    from += text.length;
    let group = groups.at(-1) ?? { others: 0, ways: 1 };
    if (text.startsWith('(')) {
      groups.push({ others: 0, ways: 1 });
      continue;
    }
    if (text === '|') {
      isDivided ||= groups.length === 1;
      group.others += group.ways;
      group.ways = 1;
      continue;
    }
    let ways = 1;
    if (text === ')') {
      ways = group.others + group.ways;
      groups.pop();
      group = groups.at(-1) ?? group;
    }
    const times = next(quantifier, pattern, from);
    if (times !== null) {
      from += times[0].length;
      ways = repeated(ways, timesOf(times));
    }
    group.ways *= ways;
  }
  const [{ others, ways } = { others: 0, ways: 1 }] = groups;
  return (others + ways) * (isDivided ? longestName : begins);
};

/**
 * Whether a regular expression that compiles is through with any name soon: matching goes back to every
 * part that could have been matched otherwise, and nothing else is done meanwhile.
 */
export const isSoonThrough = (pattern: string): boolean => waysOf(pattern) <= waysAtMost;
