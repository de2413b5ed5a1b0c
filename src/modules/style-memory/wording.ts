/**
 * Long enough to reach from one word into the next, so that it tells words in order from the same ones
 * apart; short enough to lie between two misspellings.
 */
const stretch = 7;

/** Of a longer paragraph the rest is not compared. */
const charactersAtMost = 20_000;

/** Words and numbers with one space around each. */
const plain = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;

const base = 31;

/**
 * A number for each stretch of `length` characters of a text, made of the one before it (R. Karp,
 * M. Rabin, "Efficient randomized pattern-matching algorithms", 1987).
 */
const fingerprints = (text: string, length: number): Int32Array => {
  const numbers = new Int32Array(Math.max(0, text.length - length + 1));
  let leaving = 1;
  for (let index = 0; index < length; index += 1) leaving = Math.imul(leaving, base);
  let number = 0;
  for (let index = 0; index < text.length; index += 1) {
    number = (Math.imul(number, base) + text.charCodeAt(index)) | 0;
    if (index >= length)
      number = (number - Math.imul(leaving, text.charCodeAt(index - length))) | 0;
    if (index >= length - 1) numbers[index - length + 1] = number;
  }
  return numbers;
};

/**
 * How literally paragraphs say what `question` says: of its different stretches of seven characters,
 * the share that a paragraph has, 0 to 1. Case, punctuation and spacing do not count. Unlike the words
 * it knows of their order, of stop words and of the inside of a misspelled word; it knows nothing of
 * how telling a word is.
 */
export const wordingOf = (question: string): ((paragraph: string) => number) => {
  const asked = plain(question);
  const length = Math.min(stretch, asked.length);
  const wanted = new Set(fingerprints(asked, length));
  return (paragraph) => {
    const found = new Set<number>();
    for (const number of fingerprints(plain(paragraph.slice(0, charactersAtMost)), length)) {
      if (wanted.has(number)) found.add(number);
    }
    return found.size / wanted.size;
  };
};
