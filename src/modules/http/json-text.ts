import { Problem } from './problem';

const byteOrderMark = '\uFEFF';

/**
 * The value of a JSON text, with or without a byte order mark before it.
 *
 * @param what What the text is of its request, for people: `body`.
 * @throws Problem 400 that says what is wrong with it, and where.
 */
export const parseJson = (text: string, what: string): unknown => {
  const bare = text.startsWith(byteOrderMark) ? text.slice(1) : text;
  if (bare === '') throw new Problem(400, 'malformed', `the ${what} is empty: send a JSON object`);
  try {
    return JSON.parse(bare);
  } catch (error) {
    const { message } = error as SyntaxError;
    throw new Problem(400, 'malformed', `the ${what} is not valid JSON: ${message}`);
  }
};
