import { createHash, hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { writeWhole } from '../files/write-whole';
import type { ArchivedBlock, ArchivedFile } from './archive-manifest';

const pack = promisify(gzip);

/** Of lines, before they are packed: what has to be unpacked to read one event. */
const blockBytes = 1024 ** 2;

/** The table has not every event of the positions that were asked for. */
export class MissingEvents extends Error {}

const newline = 0x0a;

const linesIn = (bytes: Buffer): number => {
  let lines = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) lines += 1;
  return lines;
};

/** Whole lines, about a block's size of them at a time. */
export async function* inBlocks(
  chunks: AsyncIterable<Buffer>,
  bytesAtLeast = blockBytes,
): AsyncGenerator<Buffer> {
  let gathered: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    gathered.push(chunk);
    bytes += chunk.length;
    const end = bytes < bytesAtLeast ? -1 : chunk.lastIndexOf(newline);
    if (end === -1) continue;
    const rest = chunk.subarray(end + 1);
    yield Buffer.concat(gathered).subarray(0, bytes - rest.length);
    gathered = [rest];
    bytes = rest.length;
  }
  if (bytes > 0) yield Buffer.concat(gathered);
}

/**
 * Writes lines of consecutive positions to a gzip file of several members, one a block.
 *
 * @throws MissingEvents where there are not as many lines as positions; there is no file then.
 */
export const writeArchivedFile = async (
  folder: string,
  name: string,
  { first, last }: { readonly first: bigint; readonly last: bigint },
  chunks: AsyncIterable<Buffer>,
  between: () => Promise<void>,
): Promise<ArchivedFile> => {
  const whole = createHash('sha256');
  const blocks: ArchivedBlock[] = [];
  let next = first;
  let offset = 0;
  await writeWhole(folder, name, async (handle) => {
    for await (const lines of inBlocks(chunks)) {
      const packed = await pack(lines);
      const events = linesIn(lines);
      const place = { firstPosition: String(next), events, offset, bytes: packed.length };
      blocks.push({ ...place, sha256: hash('sha256', packed) });
      whole.update(packed);
      await handle.appendFile(packed);
      next += BigInt(events);
      offset += packed.length;
      await between();
    }
    if (next !== last + 1n) {
      const found = next - first;
      throw new MissingEvents(`the table has ${found} events of positions ${first} to ${last}`);
    }
  });
  return {
    name,
    firstPosition: String(first),
    lastPosition: String(last),
    events: Number(last - first + 1n),
    bytes: offset,
    sha256: whole.digest('hex'),
    blocks,
  };
};
