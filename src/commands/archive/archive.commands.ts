import { z } from 'zod';
import { command } from '../command';
import type { CommandOf } from '../command';
import { idSchema, longestReason, reasonSchema, textSchema } from '../fields';

const operator = 'operator' as const;

const partition = idSchema;
const count = z.int().min(0);
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');

export const archiveCommands = {
  StartArchive: command({
    summary: 'Export a sealed partition of the ledger to compressed files; the table keeps it',
    schema: z.strictObject({
      partition,
      /** Where there are files of it already: they are replaced by new ones. */
      again: z.boolean().default(false),
      maxEventsPerSecond: z.int().min(1).max(100_000_000).optional(),
      dryRun: z.boolean().default(false),
    }),
    opens: true,
    role: operator,
  }),
  CancelArchive: command({
    summary: 'End the export of a partition, and remove what was written of it',
    schema: z.strictObject({ partition, reason: reasonSchema }),
    role: operator,
  }),
  CompleteArchive: command({
    summary: 'End an export whose files are whole and hold (issued by whoever ran it)',
    schema: z.strictObject({
      partition,
      events: count,
      files: count,
      bytes: count,
      manifestHash: hash,
      hashBefore: hash,
      hashAfter: hash,
    }),
    role: operator,
  }),
  FailArchive: command({
    summary: 'End an export that cannot go on (issued by whoever ran it)',
    schema: z.strictObject({ partition, cause: textSchema(longestReason).min(1) }),
    role: operator,
  }),
};

export type ArchiveCommand = CommandOf<typeof archiveCommands>;
