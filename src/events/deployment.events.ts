import { z } from 'zod';
import { personal } from './personal';
import { rollbackStepSchema } from './rollback.events';

const name = z.string();
const by = z.string();
const reason = z.string().nullable();
const evidence = z.string().nullable();

const phases = [
  'before-deployment',
  'integration',
  'staging',
  'production',
  'validation',
  'monitoring',
] as const;
export const phaseSchema = z.enum(phases);
export type Phase = z.output<typeof phaseSchema>;

export const outcomeSchema = z.enum(['successful', 'failed', 'error', 'inconclusive']);
export type CheckOutcome = z.output<typeof outcomeSchema>;

export const itemSchema = z.object({
  item: name,
  phase: phaseSchema,
  description: z.string().nullable(),
  /** The gate that ticks it; null for a person. */
  gate: name.nullable(),
});
export type ChecklistItem = z.output<typeof itemSchema>;

export const gateSchema = z.object({
  gate: name,
  /** How a measured value has to stand to the threshold; null where the outcome alone counts. */
  comparison: z.enum(['at-least', 'above', 'below']).nullable(),
  threshold: z.number().nullable(),
  unit: z.string().nullable(),
  /** A measure of fewer observations is inconclusive. */
  smallestSample: z.int().nullable(),
});
/** A gate as a plan asks for it. */
export type GateRule = z.output<typeof gateSchema>;

export const missingSchema = z.array(
  z.object({
    kind: z.enum(['checklist-item', 'gate', 'sign-off']),
    name,
    /** What is wrong with it, for a person. */
    why: z.string(),
  }),
);
export type Missing = z.output<typeof missingSchema>;

/** A change of what is approved: of which item or gate, and to what. */
export const changeSchema = z.object({
  kind: z.enum(['checklist-item', 'check', 'sign-off']),
  name,
  to: z.string(),
});
export type Change = z.output<typeof changeSchema>;

export const checkSchema = z.object({
  gate: name,
  outcome: outcomeSchema,
  measured: z.number().nullable(),
  threshold: z.number().nullable(),
  evidence,
  by,
});

export const overrideSchema = z.object({
  by,
  reason: personal(z.string(), 'by'),
  contentHash: z.string(),
  missing: missingSchema,
});

/** Whether an override that was asked for names all that is missing, and why, for the same content. */
export const coversAll = (
  asked: Pick<z.output<typeof overrideSchema>, 'contentHash' | 'missing'>,
  { contentHash, missing }: { readonly contentHash: string; readonly missing: Missing },
): boolean =>
  asked.contentHash === contentHash &&
  missing.every(({ kind, name: of, why }) =>
    asked.missing.some((one) => one.kind === kind && one.name === of && one.why === why),
  );

export const decisionSchema = z.object({
  verdict: z.enum(['go', 'no_go']),
  reason: personal(z.string(), 'by'),
  by,
  contentHash: z.string(),
  /** Who asked to go without what was missing, and why; null where nothing was. */
  override: z
    .object({
      requestedBy: by,
      reason: personal(z.string(), 'requestedBy'),
      missing: missingSchema,
    })
    .nullable(),
});

const deploymentStatusSchema = z.enum([
  ...(['draft', 'validating', 'awaiting_sign_off', 'go', 'no_go'] as const),
  ...(['staging', 'analysing', 'promoting', 'live', 'superseded', 'aborted'] as const),
  ...(['rolling_back', 'rolled_back', 'rollback_failed'] as const),
]);
export type DeploymentStatus = z.output<typeof deploymentStatusSchema>;

/**
 * Current shape of the data of every event of a deployment. Who did something is in the data where
 * the rules depend on it. What a person says in judging is personal (ADR 31). `contentHash` is the
 * SHA-256 of what is approved: version, checklist, checks.
 */
export const deploymentEventSchemas = {
  DeploymentPlanned: z.object({
    version: z.string(),
    flow: name,
    /** The one it is to take the place of, as planned. */
    previous: name.nullable(),
    plannedBy: by,
    plannerMaySign: z.boolean(),
    checklist: z.array(itemSchema),
    /** The roles that have to sign. */
    signOffs: z.array(name),
    gates: z.array(gateSchema),
    notes: personal(z.string().nullable(), 'plannedBy'),
  }),
  ChecklistItemTicked: z.object({ item: name, by, evidence, gate: name.nullable() }),
  ChecklistItemUnticked: z.object({ item: name, by, reason, gate: name.nullable() }),
  CheckRecorded: checkSchema,
  DeploymentSignedOff: z.object({
    role: name,
    verdict: z.enum(['approved', 'rejected']),
    /** Of what was signed. */
    contentHash: z.string(),
    comment: personal(z.string().nullable(), 'by'),
    by,
  }),
  SignOffWithdrawn: z.object({
    role: name,
    by,
    reason: personal(z.string().nullable(), 'by'),
  }),
  /** What had been signed is no more what there is. */
  SignOffsInvalidated: z.object({ roles: z.array(name), change: changeSchema }),
  /** One operator asks to go without all that is required; it takes another one. */
  OverrideRequested: overrideSchema,
  DeploymentDecided: decisionSchema,
  /** What had been decided on changed before it was acted upon. */
  DecisionLapsed: z.object({ verdict: z.enum(['go', 'no_go']), change: changeSchema }),
  DeploymentStaged: z.object({ by, reason }),
  DeploymentPromoted: z.object({ traffic: z.int(), by, reason }),
  DeploymentCompleted: z.object({ flow: name, supersedes: name.nullable(), by, reason }),
  DeploymentSuperseded: z.object({ supersededBy: name }),
  DeploymentAborted: z.object({ by, reason }),
  RollbackBegun: z.object({ rollbackId: name }),
  /** It stopped at a step, and waits for somebody. */
  RollbackFailed: z.object({ rollbackId: name, step: rollbackStepSchema, cause: z.string() }),
  /** It is live as before. */
  RollbackAbandoned: z.object({ rollbackId: name, reason: z.string() }),
  DeploymentRolledBack: z.object({ rollbackId: name, to: name }),
  /** It is live again, in the place of one that was rolled back. */
  DeploymentRestored: z.object({ rollbackId: name, from: name }),
  /**
   * What was recorded under it in the pipeline's streams, up to this very event, counts no more. Nothing
   * is deleted.
   */
  DeploymentVoided: z.object({ rollbackId: name }),
  /** It counts again; the deployment is not live again for that. */
  DeploymentReinstated: z.object({
    by,
    reason: z.string(),
    /** Of how many streams work counts twice, for it was done again while it was void. */
    countedTwice: z.int().optional(),
  }),
  /** Where it stands after what was recorded just before: what the next step still lacks. */
  ReadinessAssessed: z.object({
    status: deploymentStatusSchema,
    contentHash: z.string(),
    missing: missingSchema,
  }),
} as const;

/** Current shape of the data of the events of `flow-<name>`: which deployment of it is live. */
export const flowEventSchemas = {
  DeploymentActivated: z.object({
    flow: name,
    deploymentId: name,
    /** The one that was live before. */
    previous: name.nullable(),
    /** Event types with the newest version that could be read by then. */
    reads: z.record(z.string(), z.int()),
  }),
  /** Nothing new is begun under the live deployment, until another is activated or work is let on. */
  WorkStopped: z.object({ flow: name, deploymentId: name }),
  WorkLetOn: z.object({ flow: name, deploymentId: name }),
} as const;
