/*
 * Histories of executions for properties: any sequence of commands, as whoever reports them might
 * send it, taken to the decider in order. So every state met here is one that can be reached.
 */
import fc from 'fast-check';
import { isRefusal } from '../../src/commands/decider';
import type { ExecutionCommand } from '../../src/commands/execution/execution.commands';
import { untouchedFlow } from '../../src/commands/deployment/live-deployment.decider';
import { execution } from '../../src/commands/execution/execution.decider';
import type { ExecutionEvent, ExecutionState } from '../../src/commands/execution/execution.state';
import { contentFlow } from '../../src/commands/execution/flow';
import type { Flow } from '../../src/commands/execution/flow';
import { jsonSchema } from '../../src/commands/fields';
import { emptyBook, evolve } from '../../src/commands/pricebook/pricebook.state';
import type { PriceBook } from '../../src/commands/pricebook/pricebook.state';
import type { DomainEvent, RecordedEvent } from '../../src/events';
import { gateNames } from '../../src/events/execution.events';
import { anyArticleCommands, articleCourseOf } from './articles';

/** A short flow with steps and one revision, so that chance gets to every corner of it. */
const shortFlow: Flow = {
  name: 'short',
  stages: [
    { name: 'plan', steps: [] },
    { name: 'make', steps: ['draft', 'chart'] },
    { name: 'check', steps: [] },
  ],
  publishScore: 8,
  requiredGates: ['opening', 'voice'],
  revisionStage: 'make',
  maxRevisions: 1,
  silenceSeconds: 60,
};

export const flows = new Map([contentFlow, shortFlow].map((flow) => [flow.name, flow]));

/** Prices and benchmarks that the histories' decisions rest on. */
const book: PriceBook = [
  {
    type: 'PriceSet' as const,
    data: {
      model: 'gpt-4o',
      effectiveFrom: '2015-01-01T00:00:00.000Z',
      source: 'test',
      inputNanoUsd: '2500000000',
      cachedInputNanoUsd: '1250000000',
      outputNanoUsd: '10000000000',
    },
  },
  {
    type: 'BenchmarkSet' as const,
    data: { agent: 'writer', hours: 3, effectiveFrom: '2015-01-01T00:00:00.000Z', source: 'test' },
  },
  {
    type: 'HourlyRateSet' as const,
    data: {
      hourlyNanoUsd: '75000000000',
      effectiveFrom: '2015-01-01T00:00:00.000Z',
      source: 'test',
    },
  },
].reduce(evolve, emptyBook);

export const context = {
  flows,
  book,
  at: '2026-01-08T22:00:00.000000Z',
  deploymentId: null,
  liveFlow: untouchedFlow,
  repricing: { status: 'running' } as const,
};

type Fields<T extends ExecutionCommand['type']> = {
  [K in keyof Omit<Extract<ExecutionCommand, { type: T }>, 'type'>]: fc.Arbitrary<
    Extract<ExecutionCommand, { type: T }>[K]
  >;
};

const executionId = fc.constant('one');
const text = fc.string({ maxLength: 12 });
const agent = fc.option(fc.constantFrom('writer', 'research', 'editor'), { nil: undefined });
const reason = fc.option(text, { nil: undefined });
const exactJson = fc.jsonValue().filter((value) => jsonSchema.safeParse(value).success);
const withReason = { executionId, reason };
const opening = {
  executionId: fc.option(executionId, { nil: undefined }),
  flow: fc.constantFrom('short', 'short', 'short', 'short', 'content', 'gone'),
  topic: fc.option(text, { nil: undefined }),
  agent,
  forkedFrom: fc.option(fc.constant('zero'), { nil: undefined }),
};
const stage = fc.constantFrom('plan', 'make', 'draft', 'chart', 'check', 'constructor', 'lost');
const found = fc.array(
  fc.record({
    paragraphId: fc.constantFrom('a.1', 'a.2', 'b.1'),
    source: fc.constantFrom('a.md', 'b.md'),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { maxLength: 3 },
);
const gate = fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.boolean());
const tokens = fc.nat(1_000_000_000);

const fields: { [T in ExecutionCommand['type']]: Fields<T> } = {
  QueueExecution: opening,
  StartExecution: opening,
  StartStage: { executionId, stage, agent },
  CompleteStage: {
    executionId,
    stage,
    agent,
    result: fc.option(exactJson as fc.Arbitrary<never>, { nil: undefined }),
  },
  FailStage: {
    executionId,
    stage,
    agent,
    error: fc.string({ minLength: 1, maxLength: 12 }),
    retryable: fc.boolean(),
  },
  ScoreQuality: {
    executionId,
    score: fc.oneof(fc.constantFrom(0, 7.9, 8, 10), fc.double({ min: 0, max: 10, noNaN: true })),
    gates: fc.record(
      Object.fromEntries(gateNames.map((name) => [name, gate])) as Record<
        (typeof gateNames)[number],
        fc.Arbitrary<boolean>
      >,
    ),
  },
  PublishArticle: { executionId, url: fc.option(text, { nil: undefined }) },
  HeartbeatExecution: withReason,
  WaitExecution: withReason,
  PauseExecution: withReason,
  ResumeExecution: withReason,
  CompleteExecution: withReason,
  FailExecution: withReason,
  CancelExecution: withReason,
  TerminateExecution: withReason,
  TimeOutExecution: { ...withReason, silentSince: fc.constant('2026-01-08T22:32:15.550791Z') },
  RecordRepricing: {
    executionId,
    repricing: fc.constant('lower-prices'),
    calls: fc.array(
      fc.record({
        call: fc.constantFrom('a', 'b'),
        agent: fc.constantFrom('writer', 'research'),
        model: fc.constantFrom('gpt-4o', 'claude'),
        occurredAt: fc.constant('2026-01-08T22:32:15.550791Z'),
        deploymentId: fc.constant('d0'),
        previousNanoUsd: fc.option(fc.nat().map(String)),
        nanoUsd: fc.nat().map(String),
        price: fc.constant({
          inputNanoUsd: '1',
          cachedInputNanoUsd: '1',
          outputNanoUsd: '1',
          model: 'gpt-4o',
          rule: 'exact',
          effectiveFrom: '2015-01-01T00:00:00.000Z',
          source: 'test',
        }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  },
  RecordLlmCall: {
    executionId,
    agent: fc.constantFrom('writer', 'research'),
    model: fc.constantFrom('gpt-4o', 'claude'),
    inputTokens: tokens,
    cachedInputTokens: tokens,
    outputTokens: tokens,
    reasoningTokens: tokens,
    durationSeconds: fc.double({ min: 0, max: 604_800, noNaN: true }),
    costUsd: fc.option(fc.double({ min: 0, max: 1_000_000, noNaN: true }), { nil: undefined }),
    metadata: fc.constantFrom({}, { prompt: 'v3' }),
  },
  RecordStyleQuery: {
    executionId,
    agent,
    textHash: fc.constant(undefined),
    text: fc.option(text, { nil: undefined }),
    nResults: fc.constant(3),
    minScore: fc.constantFrom(0, 0.7, 1),
    latencyMs: fc.double({ min: 0, max: 500, noNaN: true }),
    degraded: fc.boolean(),
    results: found,
    nearMisses: found,
  },
};

const endings = /^(Complete|Fail|Cancel|Terminate|TimeOut)Execution$/;

/** How often a type comes: endings seldom, or few histories would get far. */
const weightOf = (type: string): number => {
  if (endings.test(type)) return 1;
  if (type === 'RecordRepricing') return 6;
  return /Stage$|^ScoreQuality$/.test(type) ? 12 : 4;
};

/** Cached and reasoning tokens are parts of a whole. */
const partsOf = (data: Record<string, unknown>): Partial<Record<string, number>> => {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = data as Partial<
    Record<string, number>
  >;
  if (inputTokens === undefined || outputTokens === undefined) return {};
  return {
    cachedInputTokens: (cachedInputTokens ?? 0) % (inputTokens + 1),
    reasoningTokens: (reasoningTokens ?? 0) % (outputTokens + 1),
  };
};

const ofType = (type: ExecutionCommand['type']): fc.Arbitrary<ExecutionCommand> =>
  fc
    .record(fields[type] as unknown as Record<string, fc.Arbitrary<unknown>>)
    .map((data) => ({ type, ...data, ...partsOf(data) }) as ExecutionCommand);

/** Every command there is, by the compiler's word. */
export const commandTypes = Object.keys(fields) as ExecutionCommand['type'][];

/** Any command that its schema lets through. */
export const anyCommand: fc.Arbitrary<ExecutionCommand> = fc.oneof(
  ...commandTypes.map((type) => ({ weight: weightOf(type), arbitrary: ofType(type) })),
);

export interface Course {
  readonly state: ExecutionState;
  readonly events: readonly ExecutionEvent[];
}

/** What becomes of an execution when these commands come, in order; what is refused is left out. */
export const courseOf = (commands: readonly ExecutionCommand[]): Course => {
  let state = execution.initialState;
  const events: ExecutionEvent[] = [];
  for (const command of commands) {
    const opens = command.type === 'StartExecution' || command.type === 'QueueExecution';
    if (state.status === 'absent' && !opens) continue; // 404 before it gets to the decider
    const decision = execution.decide(command, state, context);
    if (isRefusal(decision)) continue;
    for (const event of decision) {
      state = execution.evolve(state, event);
      events.push(event);
    }
  }
  return { state, events };
};

const starts = ofType('StartExecution').map(
  (command) => ({ ...command, flow: 'short' }) as ExecutionCommand,
);

/** Commands that begin with a start that is accepted. */
export const anyCourse = (longest = 40): fc.Arbitrary<Course> =>
  fc
    .tuple(starts, fc.array(anyCommand, { maxLength: longest, size: 'max' }))
    .map(([start, rest]) => courseOf([start, ...rest]));

const minute = 60_000;
const epoch = Date.parse('2026-01-08T22:00:00Z');

/** Microseconds as the ledger has them. */
const instant = (milliseconds: number): string =>
  new Date(epoch + milliseconds).toISOString().replace('Z', '000Z');

type Repriced = RecordedEvent<'CallsRepriced'>['data']['calls'][number];

/** A call that has no reported cost, and what it costs by what was last said of it; null without a price. */
interface Priced {
  readonly event: RecordedEvent<'LlmCallRecorded'>;
  nanoUsd: string | null;
}

/**
 * The same ledger in which each repricing is one of calls that came before it in its stream, of the one that its
 * price names (modulo those there are), from what was said of it last. Stamps are to be what they stay.
 */
export const ofRealCalls = <Event extends RecordedEvent>(ledger: readonly Event[]): Event[] => {
  const known = new Map<string, Priced[]>();
  return ledger.map((event) => {
    const calls = known.get(event.stream) ?? [];
    if (event.type === 'LlmCallRecorded' && event.data.cost.source !== 'reported') {
      const { cost } = event.data;
      const nanoUsd = cost.source === 'computed' ? cost.nanoUsd : null;
      known.set(event.stream, [...calls, { event, nanoUsd }]);
    }
    if (event.type !== 'CallsRepriced') return event;
    const repriced = event.data.calls.flatMap((one): Repriced[] => {
      const call = calls[Number(BigInt(one.nanoUsd) % BigInt(Math.max(1, calls.length)))];
      if (call === undefined) return [];
      const { eventId, data, occurredAt, deploymentId } = call.event;
      const { agent, model } = data;
      const previousNanoUsd = call.nanoUsd;
      call.nanoUsd = one.nanoUsd;
      return [{ ...one, call: eventId, agent, model, occurredAt, deploymentId, previousNanoUsd }];
    });
    return { ...event, data: { ...event.data, calls: repriced } };
  });
};

/**
 * Histories of some executions and articles as the ledger would have them: streams interleaved by `order` (whose
 * turn it is, modulo the streams that still have something to say), positions and versions dense.
 */
export const recorded = (
  histories: readonly (readonly DomainEvent[])[],
  order: readonly number[],
): RecordedEvent[] => {
  const rest = histories.map((events, index) => ({
    name: `${events[0]?.type === 'ArticleIndexed' ? 'article' : 'execution'}-${String(index)}`,
    events: [...events],
    version: 0,
  }));
  const ledger: RecordedEvent[] = [];
  for (let turn = 0; ; turn += 1) {
    const open = rest.filter(({ events }) => events.length > 0);
    const stream = open[(order[turn % Math.max(1, order.length)] ?? 0) % Math.max(1, open.length)];
    const event = stream?.events.shift();
    if (stream === undefined || event === undefined) return ofRealCalls(ledger);
    stream.version += 1;
    ledger.push({
      ...event,
      position: BigInt(turn + 1),
      stream: stream.name,
      version: stream.version,
      eventId: `01890a5d-ac96-774b-bcce-${String(turn).padStart(12, '0')}`,
      deploymentId: `d${String((order[turn % Math.max(1, order.length)] ?? 0) % 2)}`,
      correlationId: 'c',
      causationId: null,
      actor: 'service',
      occurredAt: instant(turn * 7 * minute),
      recordedAt: instant(turn * 7 * minute + 250),
    });
  }
};

/** A ledger of a few executions and articles, in any interleaving. */
export const anyLedger = (executions = 4, longest = 25): fc.Arbitrary<RecordedEvent[]> =>
  fc
    .tuple(
      fc.array(anyCourse(longest), { minLength: 1, maxLength: executions }),
      fc.array(anyArticleCommands.map(articleCourseOf), { maxLength: 2 }),
      fc.array(fc.nat(1_000), { minLength: 1, maxLength: 50 }),
    )
    .map(([courses, articles, order]) =>
      recorded(
        [...courses, ...articles].map(({ events }) => events),
        order,
      ),
    );

/** The same, cut into batches. */
export const inBatches = <T>(all: readonly T[], cuts: readonly number[]): T[][] => {
  const batches: T[][] = [];
  let start = 0;
  for (let turn = 0; start < all.length; turn += 1) {
    const size = 1 + ((cuts[turn % Math.max(1, cuts.length)] ?? 0) % 7);
    batches.push(all.slice(start, start + size));
    start += size;
  }
  return batches;
};
