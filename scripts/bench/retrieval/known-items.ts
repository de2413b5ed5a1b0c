import { Chance } from '../../demo/random';
import { adjectives, nouns, past, places, plural, present, progressive, verbs } from './vocabulary';

/** How a question about a known paragraph differs from its words. */
export const distortions = ['fragment', 'shuffled', 'inflected', 'misspelled'] as const;
export type Distortion = (typeof distortions)[number];

export interface KnownItem {
  readonly question: string;
  /** Place of the paragraph that it was taken from. */
  readonly answer: number;
  readonly distortion: Distortion;
}

const fragmentWords = 8;

type Choices = readonly [string, ...string[]];
const choices = (words: readonly string[]): Choices => words as Choices;

const templates: Choices = [
  'The A N of R Vs the N while the M are Ping.',
  'Every N in R that Vs a A N will sooner or later V the N of its M.',
  'They D the N at R, and the A M D it before the N could V.',
  'Nobody in R Vs the M of a N unless the N is A.',
  'When the N of R D the A N, the M were Ping the N.',
  'Between R and the N there are A M that no N Vs.',
  'A M V what the N D, and the A N of R Vs the rest.',
  'It was the N of R, not the M, that D the A N and Vs the N.',
];

/** Few are named often, and most are hardly ever. */
const placeOf = (chance: Chance): string =>
  places[Math.floor(chance.fraction() ** 2 * places.length)] ?? '';

/** One of each kind of word for each letter of a template. */
const filled = (template: string, chance: Chance): string => {
  const noun = (): string => chance.of(choices(nouns));
  const verb = (): string => chance.of(choices(verbs));
  const sentence = template.replace(/\b(A|N|M|R|Vs|V|D|Ping)\b/g, (kind) => {
    if (kind === 'A') return chance.of(choices(adjectives));
    if (kind === 'N') return noun();
    if (kind === 'R') return placeOf(chance);
    if (kind === 'M') return plural(noun());
    if (kind === 'V') return verb();
    if (kind === 'Vs') return present(verb());
    return kind === 'D' ? past(verb()) : progressive(verb());
  });
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
};

/** Paragraphs of two to four sentences; the same seed gives the same ones. */
export const knownParagraphs = (count: number, seed: number): string[] => {
  const chance = new Chance(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: chance.whole(2, 4) }, () => filled(chance.of(templates), chance)).join(
      ' ',
    ),
  );
};

/** Every form of every word, with the forms that it may be changed into. */
const otherForms: ReadonlyMap<string, readonly string[]> = new Map([
  ...nouns.flatMap((noun): [string, string[]][] => [
    [noun, [plural(noun)]],
    [plural(noun), [noun]],
  ]),
  ...verbs.flatMap((verb): [string, string[]][] => {
    const forms = [verb, present(verb), past(verb), progressive(verb)];
    return forms.map((form) => [form, forms.filter((other) => other !== form)]);
  }),
]);

const inflected = (word: string, chance: Chance): string => {
  const [first, ...others] = otherForms.get(word) ?? [];
  return first === undefined ? word : chance.of([first, ...others]);
};

/** A letter left out, doubled, or in the place of the next. */
const misspelled = (word: string, chance: Chance): string => {
  const at = chance.whole(1, word.length - 2);
  const [before, letter, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
  const mistakes: Choices = [
    before + after,
    before + letter + letter + after,
    before + after.charAt(0) + letter + after.slice(1),
  ];
  return chance.of(mistakes);
};

const shuffled = (words: readonly string[], chance: Chance): string[] =>
  words
    .map((word) => ({ word, order: chance.fraction() }))
    .sort((left, right) => left.order - right.order)
    .map(({ word }) => word);

const long = 6;

const distorted = (words: readonly string[], distortion: Distortion, chance: Chance): string[] => {
  switch (distortion) {
    case 'fragment':
      return [...words];
    case 'shuffled':
      return shuffled(words, chance);
    case 'inflected':
      return words.map((word) => inflected(word, chance));
    case 'misspelled':
      return words.map((word, index) =>
        word.length >= long && index % 2 === 0 ? misspelled(word, chance) : word,
      );
  }
};

/** Questions about some of the paragraphs: a few words in a row, distorted in each of the ways. */
export const knownItems = (
  paragraphs: readonly string[],
  each: number,
  seed: number,
): KnownItem[] => {
  const chance = new Chance(seed);
  return distortions.flatMap((distortion) =>
    Array.from({ length: each }, () => {
      const answer = chance.whole(0, paragraphs.length - 1);
      const words = (paragraphs[answer] ?? '').toLowerCase().match(/[a-z]+/g) ?? [];
      const from = chance.whole(0, words.length - fragmentWords);
      const fragment = words.slice(from, from + fragmentWords);
      return { question: distorted(fragment, distortion, chance).join(' '), answer, distortion };
    }),
  );
};
