import type { z } from 'zod';
import type { nameMatchSchema, nameTestSchema } from '../../events/pricebook.events';

export type NameTest = z.output<typeof nameTestSchema>;
export type NameMatch = z.output<typeof nameMatchSchema>;

const patterns = new Map<string, RegExp>();

/** A pattern of a recorded fact; its command has seen to it that it compiles, and is soon through. */
const patternOf = (text: string): RegExp => {
  let pattern = patterns.get(text);
  if (pattern === undefined) patterns.set(text, (pattern = new RegExp(text)));
  return pattern;
};

const holds = ({ is, text }: NameTest, name: string): boolean => {
  const [given, expected] = [name.toLowerCase(), text.toLowerCase()];
  switch (is) {
    case 'equals':
      return given === expected;
    case 'starts-with':
      return given.startsWith(expected);
    case 'ends-with':
      return given.endsWith(expected);
    case 'contains':
      return given.includes(expected);
    case 'regex':
      // As the library does, which has every name in small letters before it looks.
      return patternOf(text).test(name) || patternOf(text).test(given);
  }
};

/** The tests by which `name` matches, or undefined. */
export const matched = (match: NameMatch, name: string): readonly NameTest[] | undefined =>
  match.find((tests) => tests.every((test) => holds(test, name)));

/** Tests in words: `equals gpt-4o`. */
export const inWords = (tests: readonly NameTest[]): string =>
  tests.map(({ is, text }) => `${is} ${text}`).join(' and ');

const compactDate = /-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/;

/** `x-20250514` as `x-2025-05-14`, the other way in which model names carry their date. */
export const withDashedDate = (name: string): string =>
  name.replace(compactDate, (_, year: string, month: string, day: string) =>
    ['', year, month, day].join('-'),
  );
