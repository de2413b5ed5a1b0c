/** A line that is longer than allowed; it was skipped, and what follows it is read on. */
export const overlong = Symbol('overlong');

/**
 * The lines of a byte stream, in chunks as they arrive, without their line ends. Memory stays within
 * one chunk and one line, whatever the stream's length.
 */
export async function* linesOf(
  source: AsyncIterable<Buffer>,
  longest: number,
): AsyncGenerator<(string | typeof overlong)[]> {
  let rest: Buffer = Buffer.alloc(0);
  let skipping = false;
  for await (const chunk of source) {
    const lines: (string | typeof overlong)[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const length = rest.length + end - start;
      if (skipping || length > longest) lines.push(overlong);
      else if (rest.length === 0) lines.push(chunk.toString('utf8', start, end));
      else lines.push(Buffer.concat([rest, chunk.subarray(start, end)]).toString('utf8'));
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
  else if (rest.length > 0) yield [rest.toString('utf8')];
}
