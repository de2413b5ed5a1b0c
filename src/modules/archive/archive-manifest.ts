import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { archivedColumns } from './archived-line';

const position = z.string().regex(/^\d{1,18}$/);
const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

const blockSchema = z.strictObject({
  firstPosition: position,
  events: count,
  offset: count,
  bytes: count,
  sha256: hashSchema,
});

const fileSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9._-]+$/),
  firstPosition: position,
  lastPosition: position,
  events: count,
  bytes: count,
  sha256: hashSchema,
  /** Members of the gzip file, each of which can be read by itself. */
  blocks: z.array(blockSchema),
});

/** What is in the files of an archived partition. It is there once they all are. */
export const manifestSchema = z.strictObject({
  format: z.literal('flowledger-archive/1'),
  partition: z.string(),
  /** The position of the fact that began the export. */
  started: position,
  firstPosition: position,
  lastPosition: position,
  columns: z.array(z.string()),
  /**
   * The end of the last commit before the first event, with the digests of what the next commit has
   * before it: a partition may begin within a commit.
   */
  before: z.strictObject({ position, hash: hashSchema, digests: z.array(hashSchema) }),
  /** Of the history before the first event, and up to the last. */
  hashBefore: hashSchema,
  hashAfter: hashSchema,
  files: z.array(fileSchema),
});

export type ArchiveManifest = z.output<typeof manifestSchema>;
export type ArchivedFile = ArchiveManifest['files'][number];
export type ArchivedBlock = ArchivedFile['blocks'][number];

export const manifestName = 'manifest.json';

/** Files of an archive that are not there, or are not what was written. It does not help to try again. */
export class ArchiveDamaged extends Error {
  readonly code = 'ARCHIVE_DAMAGED';

  constructor(
    readonly file: string,
    detail: string,
  ) {
    super(`${file} ${detail}`);
    this.name = 'ArchiveDamaged';
  }
}

const missing = ['ENOENT', 'ENOTDIR'];

/** What a failure to read a file is: one that is not there is damage, anything else is not known. */
export const fileFault = (file: string, error: unknown): unknown =>
  missing.includes((error as NodeJS.ErrnoException).code ?? '')
    ? new ArchiveDamaged(file, 'is missing')
    : error;

const parsed = (file: string, text: string): ArchiveManifest => {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new ArchiveDamaged(file, `is no manifest: ${(error as Error).message.slice(0, 200)}`);
  }
};

/**
 * The manifest in a folder, with its SHA-256.
 *
 * @param expected the SHA-256 of it that is recorded; null while none is.
 * @throws ArchiveDamaged where it is missing, or another one.
 */
export const readManifest = async (
  folder: string,
  expected: string | null,
): Promise<{ readonly manifest: ArchiveManifest; readonly sha256: string }> => {
  const file = join(folder, manifestName);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw fileFault(file, error);
  });
  const sha256 = hash('sha256', text);
  if (expected !== null && sha256 !== expected) {
    throw new ArchiveDamaged(file, 'is not the one that the ledger names: it was altered');
  }
  const manifest = parsed(file, text);
  if (manifest.columns.join() === archivedColumns.join()) return { manifest, sha256 };
  throw new ArchiveDamaged(file, 'has other columns than this code reads');
};
