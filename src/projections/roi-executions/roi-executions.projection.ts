import type { RecordedEvent } from '../../events';
import { microHoursOf } from '../../events/hours';
import { bigInteger, boolean, instant, integer, json, money, nullable, text } from '../columns';
import type { RowOf } from '../columns';
import { entity } from '../projection';
import { billedOf, readableRoi, roiPresented, roiReadings } from '../roi';

/** Calls and nano-dollars (a decimal string) of a part of an execution. */
interface Spent {
  readonly calls: number;
  readonly costNanoUsd: string;
}

const columns = {
  executionId: text(),
  flow: text(),
  topic: nullable(text()),
  agent: nullable(text()),
  status: text(),
  published: boolean(),
  publishedAt: nullable(instant()),
  revisions: integer(),
  /** Stages and steps that run, the one begun last at the end: a call belongs to that one. */
  running: json<readonly string[]>(),
  /** By stage or step; `stage` null for calls outside all of them. */
  stageCosts: json<readonly (Spent & { readonly stage: string | null })[]>(),
  /** By revision loop, 0 for the first draft. */
  revisionCosts: json<readonly (Spent & { readonly revision: number })[]>(),
  agents: json<readonly string[]>(),
  calls: integer(),
  unpricedCalls: integer(),
  inputTokens: bigInteger(),
  cachedInputTokens: bigInteger(),
  outputTokens: bigInteger(),
  reasoningTokens: bigInteger(),
  costNanoUsd: money(),
  repricedNanoUsd: money(),
  humanMicroHours: bigInteger(),
  humanCostNanoUsd: money(),
  durationMs: bigInteger(),
  startedAt: instant(),
  endedAt: nullable(instant()),
  deploymentId: text(),
};

type Row = RowOf<typeof columns>;
type Changes = Partial<Row>;

const opened = (
  { type, data, occurredAt, deploymentId }: RecordedEvent<'ExecutionQueued' | 'ExecutionStarted'>,
  executionId: string,
): Row => ({
  executionId,
  flow: data.flow,
  topic: data.topic,
  agent: data.agent,
  status: type === 'ExecutionQueued' ? 'queued' : 'running',
  published: false,
  publishedAt: null,
  revisions: 0,
  running: [],
  stageCosts: [],
  revisionCosts: [],
  agents: [],
  calls: 0,
  unpricedCalls: 0,
  inputTokens: 0n,
  cachedInputTokens: 0n,
  outputTokens: 0n,
  reasoningTokens: 0n,
  costNanoUsd: 0n,
  repricedNanoUsd: 0n,
  humanMicroHours: 0n,
  humanCostNanoUsd: 0n,
  durationMs: 0n,
  startedAt: occurredAt,
  endedAt: null,
  deploymentId,
});

/** With one more call of `billed` under the part that is `named` so, which comes to the end. */
const spentOn = <Name extends object>(
  parts: readonly (Spent & Name)[],
  named: Name,
  isIt: (part: Name) => boolean,
  billed: bigint,
): (Spent & Name)[] => {
  const index = parts.findIndex(isIt);
  const others = index < 0 ? parts : parts.toSpliced(index, 1);
  const { calls, costNanoUsd } = parts[index] ?? { calls: 0, costNanoUsd: '0' };
  const spent: Spent = { calls: calls + 1, costNanoUsd: String(BigInt(costNanoUsd) + billed) };
  return [...others, Object.assign({ ...named }, spent)];
};

const called = (row: Row, event: RecordedEvent<'LlmCallRecorded'>): Changes => {
  const { data } = event;
  const billed = billedOf(event);
  const { revisions: revision } = row;
  const stage = row.running.at(-1) ?? null;
  return {
    stageCosts: spentOn(row.stageCosts, { stage }, (part) => part.stage === stage, billed),
    revisionCosts: spentOn(
      row.revisionCosts,
      { revision },
      (part) => part.revision === revision,
      billed,
    ),
    agents: row.agents.includes(data.agent) ? row.agents : [...row.agents, data.agent],
    calls: row.calls + 1,
    unpricedCalls: row.unpricedCalls + (data.cost.source === 'unpriced' ? 1 : 0),
    inputTokens: row.inputTokens + BigInt(data.inputTokens),
    cachedInputTokens: row.cachedInputTokens + BigInt(data.cachedInputTokens),
    outputTokens: row.outputTokens + BigInt(data.outputTokens),
    reasoningTokens: row.reasoningTokens + BigInt(data.reasoningTokens),
    costNanoUsd: row.costNanoUsd + billed,
    repricedNanoUsd: row.repricedNanoUsd + billed,
    durationMs: row.durationMs + BigInt(data.durationMs),
  };
};

const repriced = (row: Row, { data }: RecordedEvent<'CallsRepriced'>): Changes => {
  const unknown = data.calls.filter(({ previousNanoUsd }) => previousNanoUsd === null);
  const difference = data.calls.reduce(
    (sum, { previousNanoUsd, nanoUsd }) => sum + BigInt(nanoUsd) - BigInt(previousNanoUsd ?? 0),
    0n,
  );
  return {
    repricedNanoUsd: row.repricedNanoUsd + difference,
    unpricedCalls: row.unpricedCalls - unknown.length,
  };
};

const earned = (row: Row, { data: { shares } }: RecordedEvent<'BenefitEarned'>): Changes => ({
  humanMicroHours: shares.reduce(
    (sum, { hours }) => sum + microHoursOf(hours),
    row.humanMicroHours,
  ),
  humanCostNanoUsd: shares.reduce(
    (sum, { nanoUsd }) => sum + BigInt(nanoUsd),
    row.humanCostNanoUsd,
  ),
});

const stageEnded = (
  row: Row,
  { data }: RecordedEvent<'StageCompleted' | 'StageFailed'>,
): Changes => ({
  running: row.running.filter((stage) => stage !== data.stage),
});

const turned = (status: string) => (): Changes => ({ status });

const ended =
  (status: string) =>
  (_row: Row, { occurredAt }: RecordedEvent): Changes => ({ status, endedAt: occurredAt });

/** What each execution cost, in which stage and which revision, and what it brought. */
export const roiExecutions = entity({
  name: 'roi-executions',
  version: 3,
  summary: "Every execution's cost by stage and revision, people's hours and the multiplier",
  category: 'execution',
  key: 'executionId',
  columns,
  indexes: [['startedAt'], ['published', 'publishedAt']],
  opens: { ExecutionQueued: opened, ExecutionStarted: opened },
  changes: {
    ExecutionStarted: (_row, { data, occurredAt }) => ({
      flow: data.flow,
      topic: data.topic,
      agent: data.agent,
      status: 'running',
      startedAt: occurredAt,
    }),
    StageStarted: (row, { data }) => {
      // A revision begins the stages behind it anew: none of them runs any more.
      const others = row.running.filter(
        (stage) => stage !== data.stage && !data.reopens.includes(stage),
      );
      return { running: [...others, data.stage] };
    },
    StageCompleted: stageEnded,
    StageFailed: stageEnded,
    QualityScored: (_row, { data }) => ({ revisions: data.revisions }),
    ArticlePublished: (_row, { occurredAt }) => ({ published: true, publishedAt: occurredAt }),
    LlmCallRecorded: called,
    BenefitEarned: earned,
    CallsRepriced: repriced,
    ExecutionWaitStarted: turned('waiting'),
    ExecutionPaused: turned('paused'),
    ExecutionResumed: turned('running'),
    ExecutionCompleted: ended('completed'),
    ExecutionFailed: ended('failed'),
    ExecutionCancelled: ended('cancelled'),
    ExecutionTerminated: ended('terminated'),
    ExecutionTimedOut: ended('timed_out'),
  },
  time: 'startedAt',
  sort: '-startedAt',
  present: (row) => Object.assign({ ...row }, readableRoi(row)),
  readings: roiReadings,
  presented: roiPresented,
});
