import type { EventsOf } from '../../events';
import type { executionEventSchemas, Decision } from '../../events/execution.events';
import type { styleUsageEventSchemas } from '../../events/style.events';
import { PersistentMap } from '../persistent-map';
import { contentFlow } from './flow';
import { servedAfter } from './style-credit';
import type { Served } from './style-credit';

export type ExecutionEvent =
  EventsOf<typeof executionEventSchemas> | EventsOf<typeof styleUsageEventSchemas>;

type TerminalStatus = 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed_out';
export type ExecutionStatus =
  'absent' | 'queued' | 'running' | 'waiting' | 'paused' | TerminalStatus;

/** What an execution was opened with. */
export type Opening = Extract<ExecutionEvent, { type: 'ExecutionQueued' }>['data'];

/** The flow of a start: as said, else as queued, else the one that an execution has where nobody says. */
export const flowOf = (said: string | undefined, { queued }: ExecutionState): string =>
  said ?? queued?.flow ?? contentFlow.name;

interface StageState {
  readonly outcome: 'running' | 'completed' | 'failed' | 'reopened';
  readonly attempts: number;
  readonly retryable: boolean;
}

interface Engagement {
  /** Of the agent's first call. */
  readonly model: string;
  /** Whether people's hours in its place are counted. */
  readonly credited: boolean;
}

export interface ExecutionState {
  readonly status: ExecutionStatus;
  readonly flow: string;
  /** What was said when it was queued, as long as it is. */
  readonly queued: Opening | null;
  /** As told at its start. */
  readonly agent: string | null;
  readonly stages: Readonly<Record<string, StageState>>;
  readonly revisions: number;
  readonly decision: Decision | null;
  readonly published: boolean;
  /** Agents that have made calls here. */
  readonly agents: PersistentMap<string, Engagement>;
  readonly served: Served;
}

export const initialState: ExecutionState = {
  status: 'absent',
  flow: '',
  queued: null,
  agent: null,
  stages: {},
  revisions: 0,
  decision: null,
  published: false,
  agents: PersistentMap.empty(),
  served: PersistentMap.empty(),
};

const withStage = (
  state: ExecutionState,
  stage: string,
  change: Partial<StageState>,
): ExecutionState => {
  const before = state.stages[stage] ?? { outcome: 'running', attempts: 0, retryable: true };
  return { ...state, stages: { ...state.stages, [stage]: { ...before, ...change } } };
};

const reopened = (state: ExecutionState, names: readonly string[]): ExecutionState =>
  names
    .filter((name) => state.stages[name] !== undefined)
    .reduce((changed, name) => withStage(changed, name, { outcome: 'reopened' }), state);

export const evolve = (state: ExecutionState, event: ExecutionEvent): ExecutionState => {
  switch (event.type) {
    case 'ExecutionQueued': {
      const { flow, agent } = event.data;
      return { ...state, status: 'queued', flow, agent, queued: event.data };
    }
    case 'ExecutionStarted': {
      const { flow, agent } = event.data;
      return { ...state, status: 'running', flow, agent, queued: null };
    }
    case 'StageStarted': {
      const { stage, attempt, reopens } = event.data;
      const fresh = reopens.length > 0 ? { ...reopened(state, reopens), decision: null } : state;
      return withStage(fresh, stage, { outcome: 'running', attempts: attempt });
    }
    case 'StageCompleted':
      return withStage(state, event.data.stage, { outcome: 'completed' });
    case 'StageFailed':
      return withStage(state, event.data.stage, {
        outcome: 'failed',
        retryable: event.data.retryable,
      });
    case 'QualityScored':
      return { ...state, decision: event.data.decision, revisions: event.data.revisions };
    case 'ArticlePublished':
      return { ...state, published: true };
    case 'ExecutionWaitStarted':
      return { ...state, status: 'waiting' };
    case 'ExecutionPaused':
      return { ...state, status: 'paused' };
    case 'ExecutionResumed':
      return { ...state, status: 'running' };
    case 'ExecutionCompleted':
      return { ...state, status: 'completed' };
    case 'ExecutionFailed':
      return { ...state, status: 'failed' };
    case 'ExecutionCancelled':
      return { ...state, status: 'cancelled' };
    case 'ExecutionTerminated':
      return { ...state, status: 'terminated' };
    case 'ExecutionTimedOut':
      return { ...state, status: 'timed_out' };
    case 'LlmCallRecorded': {
      const { agent, model, engages } = event.data;
      if (!engages || state.agents.has(agent)) return state;
      return { ...state, agents: state.agents.with([[agent, { model, credited: false }]]) };
    }
    case 'BenefitEarned': {
      const credited = event.data.shares.map(
        ({ agent, model }) => [agent, { model, credited: true }] as const,
      );
      return { ...state, agents: state.agents.with(credited) };
    }
    case 'StyleMemoryQueried':
    case 'StyleOutcomeRecorded':
      return { ...state, served: servedAfter(state.served, event) };
    case 'HeartbeatReceived':
    case 'CallsRepriced':
      return state; // none of these decides anything later
  }
};
