import { z } from 'zod';
import { eventScope } from '../../events/event-scope';
import { positionSchema } from '../http/contract.schemas';
import { proofProgressSchema } from '../proof/proof.schemas';
import { contentDiffFields } from './diff/diff.schemas';
import { verificationSchema } from './verify/verification.schemas';

const count = z.int();

const differencesSchema = z.object({ added: count, missing: count, changed: count });

const partSchema = z.object({
  projection: z.string(),
  generation: z.string().nullable().meta({ description: 'Also the name of its schema' }),
  step: z.string().nullable().meta({ description: 'The last that was begun' }),
  rows: count.nullable().meta({ description: 'Written by the bulk fold' }),
  differences: differencesSchema
    .nullable()
    .meta({ description: 'Rows that differ from the live one; null where they are not compared' }),
  parked: count.nullable().meta({ description: 'Events that it could not apply, once compared' }),
  verifying: proofProgressSchema
    .nullable()
    .meta({ description: 'How far its proof is; null before it and after it' }),
  verification: verificationSchema
    .nullable()
    .meta({ description: 'What it was proven by; null before' }),
});

/** The answer of `GET /v1/rebuilds/<id>`. */
export const rebuildProgressSchema = z
  .object({
    rebuildId: z.string(),
    state: z.enum(['running', 'waiting', 'paused', 'completed', 'cancelled', 'failed']),
    step: z.string().meta({ description: 'The last that was begun; ended once it is over' }),
    done: count.meta({ description: 'Positions of the ledger that the bulk fold has read' }),
    total: count.nullable().meta({ description: 'Positions it reads; null before it is planned' }),
    ratePerSecond: z.number(),
    secondsLeft: count.nullable().meta({ description: 'Of the bulk fold' }),
    projections: z.array(partSchema),
    waitsFor: z
      .object({ why: z.enum(['manual', 'differences']), projections: z.array(z.string()) })
      .nullable(),
    cutover: z.enum(['auto', 'manual']),
    dryRun: z.boolean(),
    scope: eventScope
      .nullable()
      .meta({ description: 'Of which events it is a what-if, never taken live; null for all' }),
    maxEventsPerSecond: count.nullable(),
    reason: z.string().nullable().meta({ description: 'Of its last change of state' }),
    fault: z.string().nullable().meta({ description: 'Why it does not move for now' }),
  })
  .meta({ id: 'RebuildProgress' });

export type RebuildProgress = z.output<typeof rebuildProgressSchema>;

/** The answer of `GET /v1/rebuilds/plan`. */
export const rebuildPlanSchema = z
  .object({
    projections: z.array(
      z.object({
        projection: z.string(),
        version: count,
        live: z.string().nullable(),
        bytes: count.meta({ description: 'On disk, of the live one: about what is needed' }),
      }),
    ),
    fromPosition: positionSchema,
    toPosition: positionSchema,
    events: count,
    types: z.record(z.string(), count),
    ratePerSecond: count,
    rateIs: z.enum(['measured', 'assumed']),
    secondsAtLeast: count,
    bytes: count,
    cutover: z
      .object({
        views: z.array(z.string()).meta({ description: 'Repointed in one short transaction' }),
        lockMilliseconds: count.meta({ description: 'Longest wait for readers in one attempt' }),
      })
      .nullable()
      .meta({ description: 'Null for a part of the ledger, which is never taken live' }),
    dropped: z
      .array(z.object({ generation: z.string(), bytes: count }))
      .meta({ description: 'Kept ones that have had their time' }),
  })
  .meta({ id: 'RebuildPlan' });

export type RebuildPlan = z.output<typeof rebuildPlanSchema>;

const projectionDiffSchema = z.object({
  projection: z.string(),
  before: z.string(),
  after: z.string(),
  position: positionSchema,
  ledgerHash: z.string().nullable(),
  ...contentDiffFields,
});

/** The answer of `GET /v1/rebuilds/<id>/diff`. */
export const rebuildDiffSchema = z
  .object({ rebuildId: z.string(), projections: z.array(projectionDiffSchema) })
  .meta({ id: 'RebuildDiff' });
