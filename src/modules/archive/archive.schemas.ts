import { z } from 'zod';
import { idSchema } from '../../commands/fields';
import { positionSchema } from '../http/contract.schemas';
import { proofProgressSchema } from '../proof/proof.schemas';
import { items } from '../reading/query-fields';

const hash = z.string().nullable().meta({ description: 'SHA-256, hexadecimal' });
const status = z.enum(['absent', 'running', 'completed', 'cancelled', 'failed']);
const count = z.int().nullable();

/** A partition of the ledger, with what there is of it in files. */
const partitionSchema = z.object({
  partition: z.string(),
  firstPosition: positionSchema,
  lastPosition: positionSchema,
  isSealed: z.boolean().meta({ description: 'The ledger has passed it: it can be archived' }),
  state: status.meta({ description: 'Of its last export' }),
  isArchived: z.boolean().meta({ description: 'Files of it were completed' }),
  bytes: count.meta({ description: 'Of the files' }),
  files: count,
  manifestHash: hash,
  hashAfter: hash,
  tableBytes: z.int().meta({ description: 'What it takes in the database, with its indexes' }),
});

/** The answer of `GET /v1/archives`. */
export const archivesSchema = z
  .object({
    folder: z.string().meta({ description: 'Where the files are, as the server sees it' }),
    partitions: z.array(partitionSchema),
  })
  .meta({ id: 'Archives' });
export type ArchivesTold = z.output<typeof archivesSchema>;

/** The answer of `GET /v1/archives/<partition>`. */
export const archiveProgressSchema = z
  .object({
    partition: z.string(),
    state: status,
    done: z.int().meta({ description: 'Events that are in whole files' }),
    total: z.int(),
    ratePerSecond: z.number().meta({ description: 'Since it was last begun or gone on with' }),
    secondsLeft: z.int().nullable(),
    reason: z.string().nullable().meta({ description: 'Why it failed, or was cancelled' }),
    fault: z.string().nullable().meta({ description: 'Why it does not move for now' }),
    bytes: count,
    files: count,
    manifestHash: hash,
  })
  .meta({ id: 'ArchiveProgress' });
export type ArchiveProgress = z.output<typeof archiveProgressSchema>;

/** The parameters of `GET /v1/archives/proof`. */
export const archiveProofQuerySchema = z.strictObject({
  partitions: items
    .pipe(z.array(idSchema))
    .meta({ description: 'Which, comma-separated; every archived one by default' })
    .optional(),
});

const faultSchema = z.object({
  file: z.string().meta({ description: 'Which file, or the folder where it is about all of them' }),
  detail: z.string().meta({ description: 'What is wrong with it' }),
});
export type ArchiveFault = z.output<typeof faultSchema>;

const provenSchema = z.object({
  partition: z.string(),
  holds: z.boolean(),
  firstPosition: positionSchema,
  lastPosition: positionSchema,
  events: z.int(),
  bytes: z.int(),
  hashAfter: z.string(),
  faultCount: z.int(),
  faults: z.array(faultSchema),
});
export type ArchiveProven = z.output<typeof provenSchema>;

/** The answer of `GET /v1/archives/proof`. */
export const archiveProofSchema = z
  .object({
    holds: z.boolean(),
    seconds: z.number(),
    eventsPerSecond: z.int(),
    archives: z.array(provenSchema),
  })
  .meta({ id: 'ArchiveProof' });
export type ArchiveProof = z.output<typeof archiveProofSchema>;

/** A line of the same answer as JSON lines: progress now and then, at the end the proof. */
export const archiveProofLineSchema = z.union([
  z.object({ progress: proofProgressSchema }),
  z.object({ proof: archiveProofSchema }),
]);
