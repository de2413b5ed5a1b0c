/**
 * Long enough to reach from one word into the next, so that it tells words in order from the same ones
 * apart; short enough to lie between two misspellings.
 */
const stretch = 7;

/** Of a longer paragraph the rest is not compared. */
const charactersAtMost = 20_000;

const space = 32;
const otherThanAscii = /[\p{L}\p{N}\p{Cs}]/u;

/** Whether what has this code, in lower case, is part of a word or number. */
const isOfWord = (code: number): boolean =>
  code < 128
    ? (code >= 97 && code <= 122) || (code >= 48 && code <= 57)
    : otherThanAscii.test(String.fromCharCode(code));

/** The codes of words and numbers, in lower case, with one space around each. */
const codesOf = (text: string): Uint16Array => {
  const lower = text.toLowerCase();
  const codes = new Uint16Array(lower.length + 2).fill(space);
  let length = 1;
  for (let index = 0; index < lower.length; index += 1) {
    const code = lower.charCodeAt(index);
    if (isOfWord(code)) {
      codes[length] = code;
      length += 1;
    } else if (codes[length - 1] !== space) length += 1;
  }
  return codes.subarray(0, codes[length - 1] === space ? length : length + 1);
};

const base = 31;

/**
 * A number for each stretch of `length` codes, made of the one before it (R. Karp, M. Rabin,
 * "Efficient randomized pattern-matching algorithms", 1987).
 */
const fingerprints = (codes: Uint16Array, length: number): Int32Array => {
  const numbers = new Int32Array(Math.max(0, codes.length - length + 1));
  let leaving = 1;
  for (let index = 0; index < length; index += 1) leaving = Math.imul(leaving, base);
  let number = 0;
  for (let index = 0; index < codes.length; index += 1) {
    number = (Math.imul(number, base) + (codes[index] ?? 0)) | 0;
    if (index >= length) number = (number - Math.imul(leaving, codes[index - length] ?? 0)) | 0;
    if (index >= length - 1) numbers[index - length + 1] = number;
  }
  return numbers;
};

/** Most numbers are none of those that are wanted: one look in here says so. */
const marksSize = 1 << 14;

/**
 * How literally paragraphs say what `question` says: of its different stretches of seven characters,
 * the share that a paragraph has, 0 to 1. Case, punctuation and spacing do not count. Unlike the words
 * it knows of their order, of stop words and of the inside of a misspelled word; it knows nothing of
 * how telling a word is.
 */
export const wordingOf = (question: string): ((paragraph: string) => number) => {
  const asked = codesOf(question);
  const length = Math.min(stretch, asked.length);
  const wanted = new Set(fingerprints(asked, length));
  const marks = new Uint8Array(marksSize);
  for (const number of wanted) marks[number & (marksSize - 1)] = 1;
  return (paragraph) => {
    const numbers = fingerprints(codesOf(paragraph.slice(0, charactersAtMost)), length);
    const found = new Set<number>();
    for (let index = 0; index < numbers.length; index += 1) {
      const number = numbers[index] ?? 0;
      if (marks[number & (marksSize - 1)] === 1 && wanted.has(number)) found.add(number);
    }
    return found.size / wanted.size;
  };
};
