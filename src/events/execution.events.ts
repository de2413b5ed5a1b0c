import { z } from 'zod';
import { nanoUsdSchema } from './money';
import { personal } from './personal';
import { ratesSchema } from './pricebook.events';

const name = z.string();
const optionalName = name.nullable();
const reason = z.object({ reason: z.string().nullable() });

/** Whom it is about, by an id of the caller's; absent where it is about nobody. */
const subject = name.optional();

const opening = z.object({
  flow: name,
  topic: personal(z.string().nullable(), 'subject'),
  agent: optionalName,
  forkedFrom: optionalName,
  subject,
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

/** The price that a call was computed with, and why this one. */
const priceAppliedSchema = ratesSchema.extend({
  /** As the book knows it; of a catalogue `<provider>/<model>`. */
  model: name,
  /** `exact` for the call's own name, else how its name came to mean this model. */
  rule: name,
  effectiveFrom: z.string(),
  source: name,
});
export type PriceApplied = z.output<typeof priceAppliedSchema>;

/** By the price book, in nano-dollars. */
const computedSchema = z.object({ nanoUsd: nanoUsdSchema, price: priceAppliedSchema });

const costSchema = z.discriminatedUnion('source', [
  /** As the caller was billed; `computed` is what the book says, where it knows the model. */
  z.object({
    source: z.literal('reported'),
    nanoUsd: nanoUsdSchema,
    computed: computedSchema.nullable(),
  }),
  computedSchema.extend({ source: z.literal('computed') }),
  z.object({ source: z.literal('unpriced') }),
]);
export type CallCost = z.output<typeof costSchema>;

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
    /** Whose work was scored; null where nobody is known. */
    agent: optionalName,
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
    cost: costSchema,
    /** Whether it is the first call of its agent in this execution. */
    engages: z.boolean(),
    metadata: personal(z.record(z.string(), z.json()), 'subject'),
    subject,
  }),
  /** What people would have cost for the same work; each agent counts once in an execution. */
  BenefitEarned: z.object({
    shares: z.array(
      z.object({
        agent: name,
        /** Of the agent's first call. */
        model: name,
        /** The agent name of the benchmark that applied. */
        benchmark: name,
        hours: z.number(),
        hourlyNanoUsd: nanoUsdSchema,
        nanoUsd: nanoUsdSchema,
      }),
    ),
  }),
  /** What recorded calls cost by a price book of later; what was billed stays as it is. */
  CallsRepriced: z.object({
    repricing: name,
    calls: z.array(
      z.object({
        /** Event id of the call. */
        call: name,
        agent: name,
        model: name,
        occurredAt: z.string(),
        deploymentId: name,
        /** As last repriced, or as recorded; null where it had no price. */
        previousNanoUsd: nanoUsdSchema.nullable(),
        nanoUsd: nanoUsdSchema,
        price: priceAppliedSchema,
      }),
    ),
  }),
} as const;
