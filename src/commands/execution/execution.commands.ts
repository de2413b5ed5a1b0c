import { z } from 'zod';
import { executionEventSchemas, gatesSchema } from '../../events/execution.events';
import { inOneOrder } from '../canonical-json';
import { command } from '../command';
import { thePricebook } from '../pricebook/the-pricebook';
import type { CommandOf, Reference } from '../command';
import { flowOf } from './execution.state';
import type { ExecutionState } from './execution.state';
import { contentFlow } from './flow';
import { styleQueryFields } from '../style/style-query.commands';
import {
  idSchema,
  jsonSchema,
  momentSchema,
  nameSchema,
  reasonSchema,
  textSchema,
  tokensSchema,
} from '../fields';

const executionId = idSchema;
const stage = textSchema(64).min(1);
const agent = nameSchema.optional();

const flow = textSchema(64).min(1);

const opening = z.strictObject({
  /** Made by the server where absent. */
  executionId: executionId.optional(),
  flow: flow.default(contentFlow.name),
  topic: textSchema(1_000).optional(),
  agent,
  forkedFrom: executionId.optional(),
  /** Whom its topic is about: it is kept under a key of theirs, see `forget-subject`. */
  subject: idSchema.optional(),
});

const start = opening.extend({
  flow: flow.optional().describe(`as it was queued where absent, else ${contentFlow.name}`),
});
type Start = z.output<typeof start>;

/** As of when a start without a flow was one of the default flow: keys that were used then are known by it. */
const asOfDefaultFlow = ({ executionId: id, flow: said = contentFlow.name, ...others }: Start) => ({
  executionId: id,
  flow: said,
  ...others,
});

const origin = ({ forkedFrom }: Start): Reference | undefined =>
  forkedFrom === undefined ? undefined : { category: 'execution', id: forkedFrom };

const withReason = z.strictObject({ executionId, reason: reasonSchema });

const llmCall = z
  .strictObject({
    executionId,
    agent: nameSchema,
    model: nameSchema,
    inputTokens: tokensSchema,
    cachedInputTokens: tokensSchema.default(0),
    outputTokens: tokensSchema,
    reasoningTokens: tokensSchema.default(0),
    durationSeconds: z.number().min(0).max(604_800),
    costUsd: z.number().min(0).max(1_000_000).optional(),
    metadata: z.record(z.string(), jsonSchema).default({}),
    /** Whom the metadata is about: it is kept under a key of theirs, see `forget-subject`. */
    subject: idSchema.optional(),
  })
  .superRefine((call, context) => {
    const subsets = [
      ['cachedInputTokens', 'inputTokens'],
      ['reasoningTokens', 'outputTokens'],
    ] as const;
    for (const [part, whole] of subsets) {
      // Where the whole is none, that is the fault, and its part has not been told.
      if (call[whole] >= 0 && call[part] > call[whole]) {
        context.addIssue({
          code: 'custom',
          path: [part],
          message: `is a part of ${whole} and cannot exceed it (${String(call[part])} > ${String(call[whole])})`,
        });
      }
    }
  });

// JSON of the caller's own, whose fields may come in any order when it is sent again.
const ofEqualMetadata = (call: z.output<typeof llmCall>) =>
  Object.keys(call.metadata).length === 0 ? call : { ...call, metadata: inOneOrder(call.metadata) };

const completion = z.strictObject({ executionId, stage, agent, result: jsonSchema.optional() });

const ofEqualResult = (data: z.output<typeof completion>) =>
  data.result === undefined ? data : { ...data, result: inOneOrder(data.result) };

const service = 'service' as const;

/** Whether the flow takes new work is decided there. */
const itsFlow = ({ flow: said }: Start, state: unknown): Reference => ({
  category: 'flow',
  id: flowOf(said, state as ExecutionState),
});

/** What read models have room for: an event's own shape takes whatever was ever recorded. */
const repricedCall = executionEventSchemas.CallsRepriced.shape.calls.element.extend({
  call: idSchema,
  agent: nameSchema,
  model: nameSchema,
  occurredAt: momentSchema,
  deploymentId: idSchema,
});

const itsRepricing = ({ repricing }: { readonly repricing: string }): Reference => ({
  category: 'repricing',
  id: repricing,
});

export const executionCommands = {
  QueueExecution: command({
    summary: 'Announce an execution that is to start later',
    schema: opening,
    opens: true,
    role: service,
    refersTo: origin,
    consults: itsFlow,
  }),
  StartExecution: command({
    summary: 'Start a run of a flow',
    schema: start,
    identity: asOfDefaultFlow,
    opens: true,
    role: service,
    refersTo: origin,
    consults: itsFlow,
  }),
  StartStage: command({
    summary: 'Start a stage, or a step within the running stage',
    schema: z.strictObject({ executionId, stage, agent }),
    role: service,
  }),
  CompleteStage: command({
    summary: 'Complete the running stage or step',
    schema: completion,
    identity: ofEqualResult,
    role: service,
  }),
  FailStage: command({
    summary: 'Report that the running stage or step failed',
    schema: z.strictObject({
      executionId,
      stage,
      agent,
      error: textSchema(10_000).min(1),
      retryable: z.boolean(),
    }),
    role: service,
  }),
  ScoreQuality: command({
    summary: 'Score the article; the event says whether to publish, revise or reject',
    schema: z.strictObject({
      executionId,
      score: z.number().min(0).max(10),
      gates: gatesSchema,
      /** Whose work it is; that of the execution's own agent where absent. */
      agent,
    }),
    role: service,
  }),
  PublishArticle: command({
    summary: 'Publish the article that passed',
    schema: z.strictObject({ executionId, url: textSchema(2_000).optional() }),
    role: service,
    consults: thePricebook,
  }),
  HeartbeatExecution: command({ summary: 'Say it is alive', schema: withReason, role: service }),
  WaitExecution: command({
    summary: 'Say that it waits for something outside',
    schema: withReason,
    role: service,
  }),
  PauseExecution: command({ summary: 'Pause it', schema: withReason, role: service }),
  ResumeExecution: command({ summary: 'Go on', schema: withReason, role: service }),
  CompleteExecution: command({
    summary: 'End it, done',
    schema: withReason,
    role: service,
    consults: thePricebook,
  }),
  FailExecution: command({ summary: 'End it, failed', schema: withReason, role: service }),
  CancelExecution: command({
    summary: 'End it because it is no longer wanted',
    schema: withReason,
    role: service,
  }),
  TerminateExecution: command({ summary: 'End it by force', schema: withReason, role: service }),
  TimeOutExecution: command({
    summary: 'End it because nothing was heard of it (issued by the sweeper)',
    schema: z.strictObject({ executionId, silentSince: z.iso.datetime(), reason: reasonSchema }),
    role: 'operator',
  }),
  RecordRepricing: command({
    summary: 'Record what calls of it cost by the price book of today (issued by a repricing)',
    schema: z.strictObject({
      executionId,
      repricing: idSchema,
      calls: z.array(repricedCall).min(1).max(500),
    }),
    role: 'operator',
    refersTo: itsRepricing,
    consults: itsRepricing,
  }),
  RecordLlmCall: command({
    summary: 'Record one call of a model: its tokens, its time and its cost',
    schema: llmCall,
    identity: ofEqualMetadata,
    role: service,
    consults: thePricebook,
    evenIfVoid: true, // the money is spent
  }),
  RecordStyleQuery: command({
    summary: 'Record a query to a style memory: what it found, and how long that took',
    schema: z.strictObject({ executionId, ...styleQueryFields }),
    role: service,
  }),
};

export type ExecutionCommand = CommandOf<typeof executionCommands>;
