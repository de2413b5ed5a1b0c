import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Failure } from '../cli/verb';

const newline = 10;
const halfBytes = 20;
const pieceBytes = 1024 * 1024;

/** What stands in a file of lines. */
interface Content {
  /** Whole lines. */
  readonly lines: number;
  /** The last whole line, without its end; null where there is none. */
  readonly last: string | null;
  /** Bytes up to the end of the last whole line: what follows is half a line. */
  readonly wholeBytes: number;
  /** How that half line begins. */
  readonly half: string;
}

interface Ends {
  readonly lines: number;
  readonly last: number;
  readonly secondLast: number;
}

/** How many lines end in the file, and where the last two do; -1 where none does. */
const lineEnds = async (handle: FileHandle): Promise<Ends> => {
  const piece = Buffer.allocUnsafe(pieceBytes);
  let [lines, last, secondLast, offset] = [0, -1, -1, 0];
  for (;;) {
    const { bytesRead } = await handle.read(piece, 0, pieceBytes, offset);
    if (bytesRead === 0) return { lines, last, secondLast };
    const read = piece.subarray(0, bytesRead);
    for (let at = read.indexOf(newline); at >= 0; at = read.indexOf(newline, at + 1)) {
      lines += 1;
      secondLast = last;
      last = offset + at;
    }
    offset += bytesRead;
  }
};

const textAt = async (handle: FileHandle, start: number, bytes: number): Promise<string> => {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, start);
  return buffer.toString('utf8', 0, bytesRead);
};

const contentOf = async (handle: FileHandle): Promise<Content> => {
  const { lines, last, secondLast } = await lineEnds(handle);
  const half = await textAt(handle, last + 1, halfBytes);
  if (last < 0) return { lines, last: null, wholeBytes: 0, half };
  const line = await textAt(handle, secondLast + 1, last - secondLast - 1);
  return { lines, last: line, wholeBytes: last + 1, half };
};

/** A file of lines that is gone on with behind its last whole line. */
export class LineFile {
  private constructor(
    private readonly handle: FileHandle,
    readonly content: Content,
  ) {}

  /** Opens a file, or makes it; changes nothing in it. @throws Failure */
  static async open(path: string): Promise<LineFile> {
    try {
      const handle = await open(path, 'a+');
      return new LineFile(handle, await contentOf(handle));
    } catch (error) {
      throw new Failure(`cannot write ${path}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Drops the half line that an interrupted writer left. */
  async dropHalfLine(): Promise<void> {
    await this.handle.truncate(this.content.wholeBytes);
  }

  async write(lines: string): Promise<void> {
    await this.handle.appendFile(lines);
  }

  /** Sees to it that what was written is on the disk. */
  async close(): Promise<void> {
    await this.handle.sync().catch(() => undefined); // no file of a disk, such as a pipe
    await this.handle.close();
  }
}
