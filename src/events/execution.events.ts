import { z } from 'zod';
import { nanoUsdSchema } from './money';

const name = z.string();
const optionalName = name.nullable();
const reason = z.object({ reason: z.string().nullable() });

const opening = z.object({
  flow: name,
  topic: z.string().nullable(),
  agent: optionalName,
  forkedFrom: optionalName,
});

export const gateNames = ['opening', 'evidence', 'voice', 'structure', 'chart'] as const;
export const gatesSchema = z.strictObject({
  opening: z.boolean(),
  evidence: z.boolean(),
  voice: z.boolean(),
  structure: z.boolean(),
  chart: z.boolean(),
});

const decisions = ['publish', 'revise', 'reject'] as const;
export type Decision = (typeof decisions)[number];

/** Current shape of the data of every event of an execution. A change here is a new schema version. */
export const executionEventSchemas = {
  ExecutionQueued: opening,
  ExecutionStarted: opening,
  StageStarted: z.object({
    stage: name,
    agent: optionalName,
    /** 1 for the first try; retries and revisions count on. */
    attempt: z.int(),
    /** Stages whose outcome no longer stands, because a revision begins with this one. */
    reopens: z.array(name),
  }),
  StageCompleted: z.object({ stage: name, agent: optionalName, result: z.json().nullable() }),
  StageFailed: z.object({
    stage: name,
    agent: optionalName,
    error: z.string(),
    retryable: z.boolean(),
  }),
  QualityScored: z.object({
    /** 0 to 10. */
    score: z.number(),
    gates: gatesSchema,
    decision: z.enum(decisions),
    /** Revisions asked for so far, this one included. */
    revisions: z.int(),
  }),
  ArticlePublished: z.object({ url: z.string().nullable() }),
  HeartbeatReceived: reason,
  ExecutionWaitStarted: reason,
  ExecutionPaused: reason,
  ExecutionResumed: reason,
  ExecutionCompleted: reason,
  ExecutionFailed: reason,
  ExecutionCancelled: reason,
  ExecutionTerminated: reason,
  ExecutionTimedOut: z.object({
    reason: z.string().nullable(),
    /** When the ledger last heard of the execution. */
    silentSince: z.string(),
  }),
  LlmCallRecorded: z.object({
    agent: name,
    model: name,
    /** All tokens sent, the cached ones included. */
    inputTokens: z.int(),
    cachedInputTokens: z.int(),
    /** All tokens received, the reasoning ones included. */
    outputTokens: z.int(),
    reasoningTokens: z.int(),
    durationMs: z.int(),
    cost: z.discriminatedUnion('source', [
      z.object({ source: z.literal('reported'), nanoUsd: nanoUsdSchema }),
      z.object({ source: z.literal('unpriced') }),
    ]),
    metadata: z.record(z.string(), z.json()),
  }),
} as const;
