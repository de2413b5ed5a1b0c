import { z } from 'zod';
import type { RecordedEvent } from '../../events';
import type { Decision } from '../../events/execution.events';
import { usdOf } from '../../events/money';
import { exactOf } from '../answered';
import { bigInteger, instant, integer, json, money, nullable, real, text } from '../columns';
import type { RowOf } from '../columns';
import { millisecondsBetween } from '../days';
import { entity } from '../projection';

/**
 * What became of one stage or step; `stopped` where its execution ended first. Times are ISO 8601, durations
 * milliseconds over all attempts.
 */
interface StageOutcome {
  readonly outcome: 'running' | 'completed' | 'failed' | 'reopened' | 'stopped';
  readonly attempts: number;
  readonly agent: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly durationMs: number;
  readonly error: string | null;
}

const columns = {
  executionId: text(),
  flow: text(),
  topic: nullable(text()),
  agent: nullable(text()),
  status: text(),
  reason: nullable(text()),
  stage: nullable(text()),
  stages: json<Readonly<Record<string, StageOutcome>>>(),
  revisions: integer(),
  score: nullable(real()),
  decision: nullable(text()),
  gates: nullable(json<Readonly<Record<string, boolean>>>()),
  url: nullable(text()),
  publishedAt: nullable(instant()),
  calls: integer(),
  unpricedCalls: integer(),
  inputTokens: bigInteger(),
  cachedInputTokens: bigInteger(),
  outputTokens: bigInteger(),
  reasoningTokens: bigInteger(),
  costNanoUsd: money(),
  startedAt: instant(),
  updatedAt: instant(),
  endedAt: nullable(instant()),
  /** When the ledger last heard of it: what the sweeper goes by. */
  heardAt: instant(),
  forkedFrom: nullable(text()),
  deploymentId: text(),
};

type Row = RowOf<typeof columns>;
type Opening = RecordedEvent<'ExecutionQueued' | 'ExecutionStarted'>;

/** Whom it is about is told by the events, and by `subjects`. */
const begun = ({
  data: { flow, topic, agent, forkedFrom },
}: Opening): Pick<Row, 'flow' | 'topic' | 'agent' | 'forkedFrom'> => ({
  flow,
  topic,
  agent,
  forkedFrom,
});

const opened = (event: Opening, executionId: string): Row => ({
  executionId,
  ...begun(event),
  status: event.type === 'ExecutionQueued' ? 'queued' : 'running',
  reason: null,
  stage: null,
  stages: {},
  revisions: 0,
  score: null,
  decision: null,
  gates: null,
  url: null,
  publishedAt: null,
  calls: 0,
  unpricedCalls: 0,
  inputTokens: 0n,
  cachedInputTokens: 0n,
  outputTokens: 0n,
  reasoningTokens: 0n,
  costNanoUsd: 0n,
  startedAt: event.occurredAt,
  updatedAt: event.occurredAt,
  endedAt: null,
  heardAt: event.recordedAt,
  deploymentId: event.deploymentId,
});

type Changes = Partial<Row>;

/** What an event changes, with what every one does. */
const heard =
  <E extends RecordedEvent>(change: (row: Row, event: E) => Changes = () => ({})) =>
  (row: Row, event: E): Changes => {
    const { occurredAt, recordedAt } = event;
    const updatedAt = occurredAt > row.updatedAt ? occurredAt : row.updatedAt;
    return Object.assign(change(row, event), { updatedAt, heardAt: recordedAt });
  };

type WithReason = RecordedEvent & { readonly data: { readonly reason: string | null } };

const turned = (status: string) =>
  heard((_row, { data: { reason } }: WithReason) => ({ status, reason }));

/** A stage or step that runs no more; one that ran until then took the time until then. */
const until = (at: string, before: StageOutcome): StageOutcome =>
  before.outcome === 'running'
    ? {
        ...before,
        endedAt: at,
        durationMs: before.durationMs + millisecondsBetween(before.startedAt, at),
      }
    : before;

const stoppedAt = (at: string, stages: Row['stages']): Row['stages'] =>
  Object.fromEntries(
    Object.entries(stages).map(([name, before]) => [
      name,
      before.outcome === 'running' ? { ...until(at, before), outcome: 'stopped' } : before,
    ]),
  );

const ended = (status: string) =>
  heard(({ stages }, { data: { reason }, occurredAt }: WithReason) => ({
    status,
    reason,
    endedAt: occurredAt,
    stages: stoppedAt(occurredAt, stages),
  }));

const stageStarted = heard((row, event: RecordedEvent<'StageStarted'>) => {
  const { stage, agent, attempt, reopens } = event.data;
  const { [stage]: former } = row.stages;
  const reopened = reopens.flatMap((name) => {
    const before = row.stages[name];
    if (before === undefined) return [];
    return [[name, { ...until(event.occurredAt, before), outcome: 'reopened' }] as const];
  });
  const started: StageOutcome = {
    outcome: 'running',
    attempts: attempt,
    agent,
    startedAt: event.occurredAt,
    endedAt: null,
    durationMs: former === undefined ? 0 : until(event.occurredAt, former).durationMs,
    error: null,
  };
  return { stage, stages: { ...row.stages, ...Object.fromEntries(reopened), [stage]: started } };
});

const stageEnded = heard((row, event: RecordedEvent<'StageCompleted' | 'StageFailed'>) => {
  const { stage, agent } = event.data;
  const before = row.stages[stage];
  if (before === undefined) {
    // A step fails with its stage, also where its start is void since: who failed the stage knew nothing of it.
    if (event.type === 'StageFailed') return {};
    throw new Error(`stage ${stage} ended before it started`);
  }
  const spent = millisecondsBetween(before.startedAt, event.occurredAt);
  const after: StageOutcome = {
    ...before,
    agent: agent ?? before.agent,
    outcome: event.type === 'StageCompleted' ? 'completed' : 'failed',
    endedAt: event.occurredAt,
    durationMs: before.durationMs + spent,
    error: event.type === 'StageFailed' ? event.data.error : null,
  };
  return { stages: { ...row.stages, [stage]: after } };
});

const called = heard((row, { data }: RecordedEvent<'LlmCallRecorded'>) => {
  const { cost, inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = data;
  return {
    calls: row.calls + 1,
    unpricedCalls: row.unpricedCalls + (cost.source === 'unpriced' ? 1 : 0),
    inputTokens: row.inputTokens + BigInt(inputTokens),
    cachedInputTokens: row.cachedInputTokens + BigInt(cachedInputTokens),
    outputTokens: row.outputTokens + BigInt(outputTokens),
    reasoningTokens: row.reasoningTokens + BigInt(reasoningTokens),
    costNanoUsd: row.costNanoUsd + (cost.source === 'unpriced' ? 0n : BigInt(cost.nanoUsd)),
  };
});

/** Every execution, as it stands. */
export const executionStatus = entity({
  name: 'execution-status',
  version: 4,
  summary: 'Every execution: status, stages, quality, calls, tokens and cost',
  category: 'execution',
  key: 'executionId',
  columns,
  // None of what every event changes: a row is rewritten within its page, and no index entry is added.
  indexes: [['startedAt'], ['status', 'endedAt'], ['deploymentId', 'status', 'endedAt']],
  countedBy: ['status'],
  opens: { ExecutionQueued: opened, ExecutionStarted: opened },
  changes: {
    ExecutionStarted: heard((_row, event) => ({
      ...begun(event),
      status: 'running',
      startedAt: event.occurredAt,
    })),
    StageStarted: stageStarted,
    StageCompleted: stageEnded,
    StageFailed: stageEnded,
    QualityScored: heard((_row, { data: { score, gates, decision, revisions } }) => ({
      score,
      gates,
      decision: decision satisfies Decision,
      revisions,
    })),
    ArticlePublished: heard((_row, { data, occurredAt }) => ({
      url: data.url,
      publishedAt: occurredAt,
    })),
    HeartbeatReceived: heard(),
    ExecutionWaitStarted: turned('waiting'),
    ExecutionPaused: turned('paused'),
    ExecutionResumed: turned('running'),
    ExecutionCompleted: ended('completed'),
    ExecutionFailed: ended('failed'),
    ExecutionCancelled: ended('cancelled'),
    ExecutionTerminated: ended('terminated'),
    ExecutionTimedOut: ended('timed_out'),
    LlmCallRecorded: called,
    BenefitEarned: heard(),
    StyleMemoryQueried: heard(),
  },
  time: 'startedAt',
  sort: '-startedAt',
  readings: { costUsd: 'costNanoUsd' },
  present: (row) => Object.assign({ ...row }, { costUsd: usdOf(exactOf(row, 'costNanoUsd')) }),
  presented: { costUsd: z.number() },
});
