import { z } from 'zod';
import { alertRuleSchema } from '../../events/alert.events';
import { command } from '../command';
import type { CommandOf } from '../command';
import { saidSchema, textSchema } from '../fields';

/** Shorter than an id: the ids of its alerts and their rollbacks are made of it. */
const rule = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,100}$/, '1 to 100 characters of A-Z a-z 0-9 . _ : -');

const { measure, comparison, severity, action, automatic } = alertRuleSchema.shape;

export const rulebookCommands = {
  SetAlertRule: command({
    summary: 'Make an alert rule, or change it: what is not given stays as it is',
    schema: z.strictObject({
      rule,
      flow: textSchema(64).min(1).optional(),
      measure: measure.optional(),
      comparison: comparison.optional(),
      threshold: z.number().min(-1e12).max(1e12).optional(),
      clearThreshold: z.number().min(-1e12).max(1e12).optional(),
      severity: severity.optional(),
      forSeconds: z.number().min(0).max(604_800).optional(),
      smallestSample: z.int().min(1).max(1_000_000).optional(),
      windowDays: z.int().min(1).max(3_650).nullable().optional(),
      action: action.optional(),
      automatic: automatic.optional(),
    }),
    opens: true,
    role: 'operator',
  }),
  RemoveAlertRule: command({
    summary: 'Take an alert rule away; a firing alert of it ends',
    schema: z.strictObject({ rule, reason: saidSchema }),
    opens: true,
    role: 'operator',
  }),
};

export type RulebookCommand = CommandOf<typeof rulebookCommands>;
