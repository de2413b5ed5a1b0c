import { z } from 'zod';
import { command } from '../command';
import type { CommandOf } from '../command';
import { distinctIdsSchema, idSchema, longestReason, reasonSchema, textSchema } from '../fields';
import { positionSchema, scopeSchema } from '../scope';

const operator = 'operator' as const;

const namesSchema = distinctIdsSchema(100);
const someNames = namesSchema.min(1, 'names no projection');

const rebuildId = idSchema;
const steered = z.strictObject({ rebuildId, reason: reasonSchema });
const count = z.int().min(0);

const generationsSchema = z.array(
  z.strictObject({
    projection: idSchema,
    from: textSchema(128).nullable(),
    to: textSchema(128),
    position: positionSchema,
    ledgerHash: textSchema(128),
  }),
);

const summarySchema = z.array(
  z.strictObject({
    projection: idSchema,
    generation: textSchema(128),
    events: count,
    rows: count,
    added: count,
    missing: count,
    changed: count,
    parked: count,
    compared: z.literal(false).optional(),
  }),
);

export const rebuildCommands = {
  StartRebuild: command({
    summary:
      'Build projections anew from the ledger, beside the live ones; a scoped one is a what-if',
    schema: z.strictObject({
      /** Made by the server where absent. */
      rebuildId: idSchema.optional(),
      projections: someNames,
      cutover: z.enum(['auto', 'manual']).default('auto'),
      dryRun: z.boolean().default(false),
      scope: scopeSchema.default({}),
      maxEventsPerSecond: z.int().min(1).max(100_000_000).optional(),
      /** Of a dry run of the whole: as if the work of this deployment were void. Kept for a while. */
      without: idSchema.optional(),
      /** Reads what is archived from the files, in place of the table. */
      fromArchive: z.boolean().optional(),
    }),
    opens: true,
    role: operator,
  }),
  PauseRebuild: command({
    summary: 'Let a rebuild rest where it is',
    schema: steered,
    role: operator,
  }),
  ResumeRebuild: command({
    summary: 'Let a paused rebuild go on from where it is',
    schema: steered,
    role: operator,
  }),
  CancelRebuild: command({
    summary: 'End a rebuild that is not live yet, and drop what it made',
    schema: steered,
    role: operator,
  }),
  CutOverRebuild: command({
    summary: 'Take a rebuild live that waits; differences are accepted by name, with a reason',
    schema: z
      .strictObject({ rebuildId, accept: namesSchema.default([]), reason: reasonSchema })
      .refine(({ accept, reason }) => accept.length === 0 || Boolean(reason?.trim()), {
        path: ['reason'],
        error: 'is required where differences are accepted',
      }),
    role: operator,
  }),
  HoldRebuild: command({
    summary: 'Let a rebuild that is built wait for somebody (issued by whoever runs it)',
    schema: z.strictObject({
      rebuildId,
      why: z.enum(['manual', 'differences']),
      projections: someNames,
    }),
    role: operator,
  }),
  RecordCutOver: command({
    summary: 'Say which generations of a rebuild went live (issued by whoever ran it)',
    schema: z.strictObject({ rebuildId, generations: generationsSchema.min(1) }),
    role: operator,
  }),
  CompleteRebuild: command({
    summary: 'End a rebuild that has done what it was for (issued by whoever ran it)',
    schema: z.strictObject({
      rebuildId,
      outcome: z.enum(['cut-over', 'dry-run', 'what-if']),
      summary: summarySchema,
    }),
    role: operator,
  }),
  FailRebuild: command({
    summary: 'End a rebuild that cannot go on (issued by whoever ran it)',
    schema: z.strictObject({ rebuildId, cause: textSchema(longestReason).min(1) }),
    role: operator,
  }),
};

export type RebuildCommand = CommandOf<typeof rebuildCommands>;
