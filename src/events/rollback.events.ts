import { z } from 'zod';

const name = z.string();

/** In the order in which they are taken. */
export const rollbackSteps = [
  'verify-state',
  'check-target',
  'stop-work',
  'switch',
  'verify-dependencies',
  'restore-read-models',
  'verify-health',
  'record-state',
  'prove',
] as const;
export const rollbackStepSchema = z.enum(rollbackSteps);
export type RollbackStep = (typeof rollbackSteps)[number];

export const rollbackModeSchema = z.enum(['code', 'data']);

/** Which rollback of what, in every event, so that each can be understood by itself. */
const of = {
  deploymentId: name,
  flow: name,
  /** The deployment that takes its place; `initial` before any was planned. */
  to: name,
};

const step = {
  step: rollbackStepSchema,
  seconds: z.number(),
  budgetSeconds: z.number(),
  /** How the server was when the step was over. */
  health: z.enum(['healthy', 'degraded', 'unhealthy']),
};

/** Facts that a step rests on, or brought about, by name. */
const details = z.record(z.string(), z.json());

const started = {
  ...of,
  /** data: in addition to what code takes back, what was recorded under the deployment is void. */
  mode: rollbackModeSchema,
  reason: z.string(),
  /** The position at which another took the place of what is gone back to. */
  liveSince: z.string(),
  /** Event types with the newest version that could be read before that; null if not known. */
  reads: z.record(z.string(), z.int()).nullable(),
};

const failed = {
  ...of,
  ...step,
  cause: z.string(),
  holds: z.array(z.string()),
  doesNotHold: z.array(z.string()),
};

/**
 * Current shape of the data of every event of a rollback: nine steps that take a deployment back to
 * the one before, each recorded when it is done.
 */
export const rollbackEventSchemas = {
  RollbackStarted: z.object(started),
  RollbackStepTaken: z.object({ ...of, ...step, evidence: z.string(), details }),
  RollbackStepFailed: z.object(failed),
  RollbackRetried: z.object({
    ...of,
    reason: z.string().nullable(),
    /** Events that the code before cannot read will be parked by it. */
    parkUnreadable: z.boolean(),
  }),
  RollbackAborted: z.object({ ...of, reason: z.string(), hadStoppedWork: z.boolean() }),
  RollbackCompleted: z.object({ ...of, seconds: z.number() }),
} as const;

/**
 * Current shape of the data of every event of a rehearsal: the same nine steps, none of which touches what
 * is live. Types of their own, so that nobody takes one for a rollback.
 */
export const rehearsalEventSchemas = {
  RehearsalStarted: z.object({
    ...started,
    /** Whether the deployment was live; one that is not yet is rehearsed as if it were. */
    isLive: z.boolean(),
  }),
  RehearsalStepTaken: z.object({ ...of, ...step, evidence: z.string(), details }),
  /** A rehearsal that failed is over. */
  RehearsalStepFailed: z.object(failed),
  RehearsalAborted: z.object({ ...of, reason: z.string() }),
  RehearsalCompleted: z.object({ ...of, mode: rollbackModeSchema, seconds: z.number() }),
} as const;
