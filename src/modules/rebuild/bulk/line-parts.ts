import { LedgerLine } from './ledger-line';

const newline = 0x0a;

const everyLine = (): boolean => true;

/** The lines in chunks of COPY's text format that `keeps` lets through, in parts of about `partBytes`. */
export async function* linesInParts(
  chunks: AsyncIterable<Buffer>,
  partBytes: number,
  keeps: (line: LedgerLine) => boolean = everyLine,
): AsyncGenerator<readonly LedgerLine[]> {
  let begun: Buffer | null = null;
  let part: LedgerLine[] = [];
  let bytes = 0;
  for await (const arrived of chunks) {
    const chunk: Buffer = begun === null ? arrived : Buffer.concat([begun, arrived]);
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const line = new LedgerLine(chunk.toString('utf8', start, end));
      const size = end - start;
      start = end + 1;
      if (!keeps(line)) continue;
      part.push(line);
      bytes += size;
      if (bytes < partBytes) continue;
      yield part;
      part = [];
      bytes = 0;
    }
    begun = start === chunk.length ? null : chunk.subarray(start);
  }
  if (part.length > 0) yield part;
}
