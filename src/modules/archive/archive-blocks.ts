import { hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ArchiveDamaged, fileFault } from './archive-manifest';
import type { ArchiveManifest, ArchivedBlock, ArchivedFile } from './archive-manifest';

const unpack = promisify(gunzip);

/** A part of the ledger: behind `after`, up to and with `through`. */
export interface Span {
  readonly after: bigint;
  readonly through: bigint;
}

const lastOf = ({ firstPosition, events }: ArchivedBlock): bigint =>
  BigInt(firstPosition) + BigInt(events) - 1n;

const overlaps = (first: bigint, last: bigint, { after, through }: Span): boolean =>
  last > after && first <= through;

const readBlock = async (
  handle: FileHandle,
  path: string,
  { offset, bytes, sha256, firstPosition }: ArchivedBlock,
): Promise<Buffer> => {
  const packed = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(packed, 0, bytes, offset);
  if (bytesRead < bytes) {
    throw new ArchiveDamaged(path, `ends within the block of position ${firstPosition}`);
  }
  if (hash('sha256', packed) !== sha256) {
    throw new ArchiveDamaged(path, `was altered in the block of position ${firstPosition}`);
  }
  return unpack(packed);
};

async function* blocksOf(
  folder: string,
  file: ArchivedFile,
  span: Span,
): AsyncGenerator<{ readonly block: ArchivedBlock; readonly lines: Buffer }> {
  const path = join(folder, file.name);
  const wanted = file.blocks.filter((block) =>
    overlaps(BigInt(block.firstPosition), lastOf(block), span),
  );
  const handle = await open(path).catch((error: unknown) => {
    throw fileFault(path, error);
  });
  try {
    for (const block of wanted) yield { block, lines: await readBlock(handle, path, block) };
  } finally {
    await handle.close();
  }
}

/**
 * The blocks of an archive that have to do with a part of the ledger, in order; only these are read. Each is
 * held against its hash before it is unpacked. The first and the last may reach beyond the part.
 *
 * @throws ArchiveDamaged where a file is missing, or a block is not what was written.
 */
export async function* readBlocks(
  folder: string,
  { files }: ArchiveManifest,
  span: Span,
): AsyncGenerator<{ readonly block: ArchivedBlock; readonly lines: Buffer }> {
  for (const file of files) {
    if (overlaps(BigInt(file.firstPosition), BigInt(file.lastPosition), span)) {
      yield* blocksOf(folder, file, span);
    }
  }
}
