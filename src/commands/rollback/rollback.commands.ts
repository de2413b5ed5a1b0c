import { z } from 'zod';
import { rollbackModeSchema, rollbackStepSchema } from '../../events/rollback.events';
import { command } from '../command';
import type { CommandOf } from '../command';
import { idSchema, reasonSchema, saidSchema, textSchema } from '../fields';
import { onRollback } from './rollback-carries';

const rollbackId = idSchema;
const operator = 'operator' as const;
/** More than thirty years: sums of such stay numbers. */
const secondsSchema = z.number().min(0).max(1_000_000_000);
const sentences = z.array(textSchema(2_000)).max(200);

const taken = {
  rollbackId,
  step: rollbackStepSchema,
  seconds: secondsSchema,
  budgetSeconds: secondsSchema,
  health: z.enum(['healthy', 'degraded', 'unhealthy']),
};

export const rollbackCommands = {
  StartRollback: command({
    summary:
      'Take a live deployment back to the one before, in nine steps; or rehearse it, or only say how',
    schema: z.strictObject({
      /** Made by the server where absent. */
      rollbackId: idSchema.optional(),
      deploymentId: idSchema,
      /** The one that it took the place of where absent. */
      to: idSchema.optional(),
      /** data: in addition, what was recorded under the deployment is void. */
      mode: rollbackModeSchema.default('code'),
      reason: saidSchema,
      dryRun: z.boolean().default(false),
      /** Does the steps wherever that touches nothing that is live, also of one that is not live yet. */
      rehearsal: z.boolean().default(false),
    }),
    opens: true,
    role: operator,
    refersTo: ({ deploymentId }) => ({ category: 'deployment', id: deploymentId }),
    carries: onRollback,
  }),
  RetryRollback: command({
    summary: 'Go on with a rollback that failed, at the step where it did',
    schema: z.strictObject({
      rollbackId,
      reason: reasonSchema,
      /** Accepts that the code before parks events that it cannot read. */
      parkUnreadable: z.boolean().default(false),
    }),
    role: operator,
    carries: onRollback,
  }),
  AbortRollback: command({
    summary: 'End a rehearsal, or a rollback that has not switched yet: the deployment stays live',
    schema: z.strictObject({ rollbackId, reason: saidSchema }),
    role: operator,
    carries: onRollback,
  }),
  TakeRollbackStep: command({
    summary: 'Say that a step of a rollback is done (issued by whoever carries it out)',
    schema: z.strictObject({
      ...taken,
      evidence: textSchema(4_000),
      details: z.record(z.string(), z.json()),
    }),
    role: operator,
    carries: onRollback,
  }),
  FailRollbackStep: command({
    summary: 'Say that a step of a rollback failed (issued by whoever carries it out)',
    schema: z.strictObject({
      ...taken,
      cause: textSchema(4_000).min(1),
      holds: sentences,
      doesNotHold: sentences,
    }),
    role: operator,
    carries: onRollback,
  }),
};

export type RollbackCommand = CommandOf<typeof rollbackCommands>;
