import { z } from 'zod';
import { rollbackModeSchema, rollbackStepSchema } from '../../events/rollback.events';

const stepSchema = z.object({
  number: z.int(),
  step: rollbackStepSchema,
  purpose: z.string(),
  state: z.enum(['due', 'taken', 'failed']),
  seconds: z.number().nullable(),
  budgetSeconds: z.number(),
  health: z.string().nullable().meta({ description: 'How the server was when it was over' }),
  evidence: z.string().nullable(),
});

const totalsSchema = z
  .array(z.object({ column: z.string(), before: z.string(), after: z.string() }))
  .meta({ description: 'Exact sums of the numeric columns that change' });

/** How a read model would be after a rollback, beside the live one at the same position. */
const whatIfSchema = z.object({
  projection: z.string(),
  how: z.enum(['repoint', 'rebuild', 'renew']),
  generation: z.string().meta({ description: 'Also the name of its schema, while it is kept' }),
  position: z.string(),
  rows: z.object({ before: z.int(), after: z.int() }),
  added: z.int(),
  missing: z.int(),
  changed: z.int(),
  totals: totalsSchema,
});

export type WhatIf = z.output<typeof whatIfSchema>;

/** The answer of `GET /v1/rollbacks/<id>`. */
export const rollbackProgressSchema = z
  .object({
    rollbackId: z.string(),
    deploymentId: z.string(),
    flow: z.string(),
    to: z.string().meta({ description: 'The deployment that takes its place' }),
    mode: rollbackModeSchema,
    rehearsal: z.boolean().meta({ description: 'Nothing that is live is touched' }),
    reason: z.string(),
    state: z.enum(['running', 'failed', 'completed', 'aborted']),
    step: z.string().meta({ description: 'The one to take; ended once it is over' }),
    done: z.int().meta({ description: 'Steps that are taken' }),
    total: z.int(),
    ratePerSecond: z.number().meta({ description: 'Steps taken by seconds spent on them' }),
    secondsLeft: z.number().nullable().meta({ description: 'By the budgets of what is left' }),
    seconds: z.number().meta({ description: 'Spent on steps so far' }),
    steps: z.array(stepSchema),
    waiting: z.string().nullable().meta({
      description:
        'What the step under way waits for: how far read models are, and what is in the way',
    }),
    failure: z
      .object({
        step: z.string(),
        cause: z.string(),
        holds: z.array(z.string()),
        doesNotHold: z.array(z.string()),
      })
      .nullable(),
    whatIf: z
      .array(whatIfSchema)
      .nullable()
      .meta({ description: 'Of a rehearsal, once it has built and compared them' }),
    startedAt: z.string(),
    startedBy: z.string(),
    endedAt: z.string().nullable(),
  })
  .meta({ id: 'RollbackProgress' });

export type RollbackProgress = z.output<typeof rollbackProgressSchema>;

/** What a dry run of `start-rollback` says in its answer's `plan`. */
export const rollbackPlanSchema = z.object({
  deploymentId: z.string(),
  flow: z.string(),
  to: z.string(),
  mode: z.string(),
  steps: z.array(
    z.object({
      number: z.int(),
      step: rollbackStepSchema,
      purpose: z.string(),
      budgetSeconds: z.number(),
    }),
  ),
  events: z.record(z.string(), z.int()).meta({ description: 'Recorded under it, by type' }),
  voids: z
    .object({
      events: z.record(z.string(), z.int()).meta({ description: 'That would be void, by type' }),
      streams: z.record(z.string(), z.int()).meta({ description: 'Void as a whole, by kind' }),
      projections: z.array(
        z.object({
          projection: z.string(),
          rowsGone: z.int().optional(),
          rowsChanged: z.int().optional(),
          eventsNotCounted: z.int().optional().meta({ description: 'Of sums: what leaves them' }),
          totals: totalsSchema
            .nullable()
            .meta({ description: 'Null where there is too much to fold: a rehearsal tells' }),
        }),
      ),
    })
    .nullable()
    .meta({ description: 'Of mode data alone' }),
  readModels: z.array(
    z.object({
      projection: z.string(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      how: z.enum(['unchanged', 'repoint', 'rebuild', 'renew', 'foreign']),
    }),
  ),
  estimatedSeconds: z.number(),
  blockers: z.array(z.string()),
});

export type RollbackPlan = z.output<typeof rollbackPlanSchema>;
