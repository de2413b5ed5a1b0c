import { z } from 'zod';

const name = z.string();
const position = z.string();

const measureSchema = z.enum([
  'editor-gate-pass-rate',
  'roi-multiplier',
  'error-rate',
  'style-query-p95',
  'execution-slowdown',
]);
/** What read models can be asked for a live deployment. */
export type AlertMeasure = z.output<typeof measureSchema>;

export const alertRuleSchema = z.object({
  rule: name,
  /** Whose live deployment is looked at. */
  flow: name,
  measure: measureSchema,
  /** On which side of the threshold a value alerts. */
  comparison: z.enum(['below', 'above']),
  threshold: z.number(),
  /** A firing alert ends only once the value is at or beyond this one. */
  clearThreshold: z.number(),
  severity: z.enum(['warning', 'critical']),
  /** How long the value has to alert without a break before the alert fires. */
  forSeconds: z.number(),
  /** A value of fewer observations is inconclusive. */
  smallestSample: z.int(),
  /** How many UTC days, today included, are looked at; null for all that the deployment recorded. */
  windowDays: z.int().nullable(),
  /** `rollback` asks for one. */
  action: z.enum(['none', 'rollback']),
  /** Whether the rollback begins without an operator's word. */
  automatic: z.boolean(),
});
export type AlertRule = z.output<typeof alertRuleSchema>;

/** Current shape of the data of every event of `rulebook-alerts`: what differs from the default rules. */
export const rulebookEventSchemas = {
  AlertRuleSet: alertRuleSchema,
  AlertRuleRemoved: z.object({ rule: name, reason: z.string() }),
} as const;

const observationSchema = z.object({
  /** Null where nothing can be said. */
  value: z.number().nullable(),
  samples: z.int(),
  /** For a person: what was counted. */
  evidence: z.string(),
  /** The first UTC day that was looked at; null for all of the deployment. */
  since: z.string().nullable(),
  /** Up to where the read model was that said so. */
  readPosition: position,
});

/** Current shape of the data of every event of an alert: one stream for each time that a rule fires. */
export const alertEventSchemas = {
  AlertFired: z.object({
    /** As it was when it fired. */
    rule: alertRuleSchema,
    deploymentId: name,
    observed: observationSchema,
    pendingSince: z.string(),
    /** The deployment that a rollback is asked to; null where none is asked for. */
    rollbackTo: name.nullable(),
    /** Why no rollback is asked for though the rule says so; null otherwise. */
    noRollbackBecause: z.string().nullable(),
  }),
  AlertAcknowledged: z.object({ comment: z.string() }),
  /** The rollback it asked for is not wanted. */
  AlertDismissed: z.object({ reason: z.string() }),
  /** A rollback of its deployment has begun. */
  AlertAnswered: z.object({ rollbackId: name }),
  AlertResolved: z.object({
    because: z.enum(['recovered', 'deployment-changed', 'rule-removed']),
    /** Null where nothing was measured for it. */
    observed: observationSchema.nullable(),
  }),
} as const;
