import type { Client } from 'pg';
import { readBlocks } from '../../archive/archive-blocks';
import type { Span } from '../../archive/archive-blocks';
import { readManifest } from '../../archive/archive-manifest';
import type { ArchiveManifest } from '../../archive/archive-manifest';
import { lowestOf } from '../../ledger/lowest';
import type { BulkJob } from './bulk-job';
import type { LedgerLine } from './ledger-line';
import { readSlice } from './ledger-slices';
import { linesInParts } from './line-parts';

/** Which events are wanted, said twice: to the table, and of a line of a file. */
export interface Wanted {
  readonly condition: string;
  readonly keeps: (line: LedgerLine) => boolean;
}

interface OpenArchive {
  readonly folder: string;
  readonly manifest: ArchiveManifest;
  readonly span: Span;
}

/** A piece of a slice, which is in one archive or in none. */
interface Piece extends Span {
  readonly archive: OpenArchive | null;
}

const opened = async (archives: BulkJob['archives']): Promise<OpenArchive[]> => {
  const open: OpenArchive[] = [];
  for (const { folder, manifestHash } of archives) {
    const { manifest } = await readManifest(folder, manifestHash);
    const { firstPosition, lastPosition } = manifest;
    const span = { after: BigInt(firstPosition) - 1n, through: BigInt(lastPosition) };
    open.push({ folder, manifest, span });
  }
  return open;
};

/** The events of the ledger for a pass: from the files of archives where there are such, else from the table. */
export class History {
  private constructor(
    private readonly client: Client,
    private readonly archives: readonly OpenArchive[],
    private readonly wanted: Wanted,
    private readonly partBytes: number,
  ) {}

  /** @throws ArchiveDamaged where a manifest is missing, or another than is recorded. */
  static async open(
    client: Client,
    archives: BulkJob['archives'],
    wanted: Wanted,
    partBytes: number,
  ): Promise<History> {
    return new History(client, await opened(archives), wanted, partBytes);
  }

  /**
   * A slice by position, in order, in parts of about `partBytes`.
   *
   * @throws ArchiveDamaged where a file is missing, or is not what was written.
   */
  async *read(slice: Span): AsyncGenerator<readonly LedgerLine[]> {
    for (const piece of this.piecesOf(slice)) yield* this.readPiece(piece);
  }

  private *piecesOf({ after, through }: Span): Generator<Piece> {
    for (let at = after; at < through;) {
      const archive =
        this.archives.find(({ span }) => span.after <= at && at < span.through) ?? null;
      const next = this.archives.flatMap(({ span }) => (span.after > at ? [span.after] : []));
      const end =
        archive === null ? lowestOf([through, ...next]) : lowestOf([through, archive.span.through]);
      yield { archive, after: at, through: end };
      at = end;
    }
  }

  private readPiece({ archive, ...span }: Piece): AsyncGenerator<readonly LedgerLine[]> {
    const { condition, keeps } = this.wanted;
    if (archive === null) return readSlice(this.client, condition, span, this.partBytes);
    return linesInParts(linesOf(archive, span), this.partBytes, (line) => {
      const { position } = line;
      return position > span.after && position <= span.through && keeps(line);
    });
  }
}

async function* linesOf({ folder, manifest }: OpenArchive, span: Span): AsyncGenerator<Buffer> {
  for await (const { lines } of readBlocks(folder, manifest, span)) yield lines;
}
