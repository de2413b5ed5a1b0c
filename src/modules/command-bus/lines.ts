import { isUtf8 } from 'node:buffer';

/** A line that is longer than allowed; it was skipped, and what follows it is read on. */
export const overlong = Symbol('overlong');

/** A line of bytes that are not UTF-8. */
export const notText = Symbol('not text');

/** What a line may be; in place of its text what is wrong with it. */
export type Line = string | typeof overlong | typeof notText;

/** The text of some bytes. Most have no replacement character, and need not be looked at again. */
const textOf = (bytes: Buffer, start = 0, end = bytes.length): string | typeof notText => {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end)) ? notText : text;
};

/**
 * The lines of a byte stream, in chunks as they arrive, without their line ends. Memory stays within
 * one chunk and one line, whatever the stream's length.
 */
export async function* linesOf(
  source: AsyncIterable<Buffer>,
  longest: number,
): AsyncGenerator<Line[]> {
  let rest: Buffer = Buffer.alloc(0);
  let skipping = false;
  for await (const chunk of source) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const length = rest.length + end - start;
      if (skipping || length > longest) lines.push(overlong);
      else if (rest.length === 0) lines.push(textOf(chunk, start, end));
      else lines.push(textOf(Buffer.concat([rest, chunk.subarray(start, end)])));
      skipping = false;
      rest = Buffer.alloc(0);
      start = end + 1;
    }
    if (!skipping) rest = Buffer.concat([rest, chunk.subarray(start)]);
    if (rest.length > longest) {
      skipping = true;
      rest = Buffer.alloc(0);
    }
    if (lines.length > 0) yield lines;
  }
  if (skipping) yield [overlong];
  else if (rest.length > 0) yield [textOf(rest)];
}
