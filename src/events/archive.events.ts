import { z } from 'zod';

const reason = z.string().nullable();
const position = z.string();
/** SHA-256, hexadecimal. */
const hash = z.string();

/** Current shape of the data of every event of an archive: a sealed partition of the ledger in files. */
export const archiveEventSchemas = {
  ArchiveStarted: z.object({
    partition: z.string(),
    firstPosition: position,
    lastPosition: position,
    /** Null for no limit. */
    maxEventsPerSecond: z.int().nullable(),
  }),
  /** What was written of it is removed. */
  ArchiveCancelled: z.object({ reason }),
  /** The files were read back, and make the hash that the ledger has at their end. */
  ArchiveCompleted: z.object({
    events: z.int(),
    files: z.int(),
    /** Of all files, compressed. */
    bytes: z.int(),
    /** Of the manifest, which has the hashes of the files. */
    manifestHash: hash,
    /** Of the history before the first position, and up to the last. */
    hashBefore: hash,
    hashAfter: hash,
  }),
  ArchiveFailed: z.object({ cause: z.string() }),
} as const;
