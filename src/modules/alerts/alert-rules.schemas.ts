import { z } from 'zod';
import { alertRuleSchema } from '../../events/alert.events';

const ruleInForceSchema = alertRuleSchema.extend({
  setBy: z.string().nullable().meta({ description: 'Null for a default rule as it came' }),
  setAt: z.iso.datetime().nullable(),
});

export type RuleInForce = z.output<typeof ruleInForceSchema>;

/** The answer of `GET /v1/alert-rules`. */
export const rulesAnswerSchema = z
  .object({ rules: z.array(ruleInForceSchema) })
  .meta({ id: 'AlertRules' });

export type RulesAnswer = z.output<typeof rulesAnswerSchema>;
