import type { Decision } from '../../events/execution.events';
import { isRefusal, refuse } from '../decider';
import type { Decider, Refusal } from '../decider';
import type { PriceBook } from '../pricebook/pricebook.state';
import { benefitOf, recordCall } from './calls';
import type { FlowState } from '../deployment/live-deployment.decider';
import type { RepricingState } from '../repricing/repricing.decider';
import { queried } from '../style/style-query.commands';
import type { ExecutionCommand } from './execution.commands';
import { evolve, flowOf, initialState } from './execution.state';
import type { ExecutionEvent, ExecutionState, ExecutionStatus, Opening } from './execution.state';
import type { Flow, FlowCatalogue } from './flow';
import { endStage, startStage } from './stages';
import type { StageRefusal } from './stages';
import { creditingStyle } from './style-credit';

export type ExecutionRefusal =
  | StageRefusal
  | 'execution-already-started'
  | 'execution-not-started'
  | 'execution-ended'
  | 'flow-unknown'
  | 'deployment-rolling-back'
  | 'quality-not-passed'
  | 'article-already-published'
  | 'repricing-ended';

export interface ExecutionContext {
  readonly flows: FlowCatalogue;
  /** What things cost, for the commands that say they consult it. */
  readonly book: PriceBook;
  /** When it happened, as told: ISO 8601 UTC. */
  readonly at: string;
  /** The deployment that the caller says it works for; null for the live one. */
  readonly deploymentId: string | null;
  /** What is live for the flow, for the commands that say they consult it. */
  readonly liveFlow: FlowState;
  /** The one that a command is part of, for the commands that say they consult it. */
  readonly repricing: RepricingState;
}

type Answer = readonly ExecutionEvent[] | Refusal<ExecutionRefusal>;
type Of<T extends ExecutionCommand['type']> = Extract<ExecutionCommand, { type: T }>;

const terminal: ReadonlySet<ExecutionStatus> = new Set<ExecutionStatus>([
  'completed',
  'failed',
  'cancelled',
  'terminated',
  'timed_out',
]);

const ended = (state: ExecutionState): Refusal<ExecutionRefusal> =>
  refuse('execution-ended', `the execution is ${state.status}, which is final`);

/** The end `event` brings, unless it came before; another end than the one it had is refused. */
const end = (state: ExecutionState, status: ExecutionStatus, event: ExecutionEvent): Answer => {
  if (state.status === status) return [];
  return terminal.has(state.status) ? ended(state) : [event];
};

/** A change of status while the execution lives; to be there already changes nothing. */
const turn = (state: ExecutionState, status: ExecutionStatus, event: ExecutionEvent): Answer => {
  if (terminal.has(state.status)) return ended(state);
  if (state.status === 'queued') return notStarted;
  return state.status === status ? [] : [event];
};

const notStarted = refuse('execution-not-started', 'the execution is queued, start it first');

/** Of what was queued stands what its start leaves unsaid: a topic with whom it is about. */
const openingOf = (
  command: Of<'QueueExecution' | 'StartExecution'>,
  state: ExecutionState,
): Opening => {
  const { queued } = state;
  const { agent = queued?.agent ?? null, forkedFrom = queued?.forkedFrom ?? null } = command;
  const topic = command.topic ?? queued?.topic ?? null;
  const subject =
    command.topic === undefined ? (queued?.subject ?? command.subject) : command.subject;
  const opening = { flow: flowOf(command.flow, state), topic, agent, forkedFrom };
  return subject === undefined ? opening : { ...opening, subject };
};

const open = (
  command: Of<'QueueExecution' | 'StartExecution'>,
  state: ExecutionState,
  { flows, deploymentId, liveFlow }: ExecutionContext,
): Answer => {
  const flow = flowOf(command.flow, state);
  if (!flows.has(flow)) {
    const known = [...flows.keys()].join(', ');
    return refuse('flow-unknown', `there is no flow ${flow}; there is ${known}`);
  }
  const { stopped } = liveFlow;
  if (stopped !== null && (deploymentId ?? liveFlow.live) === stopped) {
    const detail = `${stopped} is being rolled back and takes no new work: try again when that is done`;
    return refuse('deployment-rolling-back', detail);
  }
  const type = command.type === 'QueueExecution' ? 'ExecutionQueued' : 'ExecutionStarted';
  return [{ type, data: openingOf(command, state) }];
};

/** Score >= the flow's threshold and every required gate: publish; else revise, up to the limit. */
const judge = (flow: Flow, state: ExecutionState, command: Of<'ScoreQuality'>): Decision => {
  const gatesHold = flow.requiredGates.every((gate) => command.gates[gate]);
  if (command.score >= flow.publishScore && gatesHold) return 'publish';
  return state.revisions < flow.maxRevisions ? 'revise' : 'reject';
};

const score = (flow: Flow, state: ExecutionState, command: Of<'ScoreQuality'>): Answer => {
  if (state.published) return refuse('article-already-published', 'the article is out');
  const decision = judge(flow, state, command);
  const revisions = state.revisions + (decision === 'revise' ? 1 : 0);
  const agent = command.agent ?? state.agent;
  const data = { score: command.score, gates: command.gates, decision, revisions, agent };
  return [{ type: 'QualityScored', data }];
};

const publish = (state: ExecutionState, url: string | null, context: ExecutionContext): Answer => {
  if (state.published) return [];
  if (state.decision === 'publish') {
    return [{ type: 'ArticlePublished', data: { url } }, ...benefitOf(state, context)];
  }
  const last = state.decision === null ? 'there is no score yet' : `it says ${state.decision}`;
  return refuse('quality-not-passed', `the last score has to say publish; ${last}`);
};

/** What completing brings, besides the end itself. */
const completed = (answer: Answer, state: ExecutionState, context: ExecutionContext): Answer =>
  isRefusal(answer) || answer.length === 0 ? answer : [...answer, ...benefitOf(state, context)];

/** What a command that works on the flow does, once the execution is known to be under way. */
const work = (
  command: Of<'StartStage' | 'CompleteStage' | 'FailStage' | 'ScoreQuality' | 'PublishArticle'>,
  state: ExecutionState,
  context: ExecutionContext,
): Answer => {
  const { flows } = context;
  if (terminal.has(state.status)) return ended(state);
  if (state.status === 'queued') return notStarted;
  const flow = flows.get(state.flow);
  if (flow === undefined) return refuse('flow-unknown', `flow ${state.flow} is not configured`);
  switch (command.type) {
    case 'StartStage':
      return startStage(flow, state, command.stage, command.agent ?? null);
    case 'CompleteStage': {
      const { stage, agent = null, result = null } = command;
      return endStage(flow, state, { type: 'StageCompleted', data: { stage, agent, result } });
    }
    case 'FailStage': {
      const { stage, agent = null, error, retryable } = command;
      const data = { stage, agent, error, retryable };
      return endStage(flow, state, { type: 'StageFailed', data });
    }
    case 'ScoreQuality':
      return score(flow, state, command);
    case 'PublishArticle':
      return publish(state, command.url ?? null, context);
  }
};

const rules: Decider<
  ExecutionState,
  ExecutionCommand,
  ExecutionEvent,
  ExecutionRefusal,
  ExecutionContext
> = {
  initialState,
  evolve,
  decide: (command, state, context) => {
    switch (command.type) {
      case 'QueueExecution':
      case 'StartExecution': {
        const starts = command.type === 'StartExecution' && state.status === 'queued';
        if (state.status === 'absent' || starts) return open(command, state, context);
        return refuse('execution-already-started', `the execution is ${state.status}`);
      }
      case 'StartStage':
      case 'CompleteStage':
      case 'FailStage':
      case 'ScoreQuality':
      case 'PublishArticle':
        return work(command, state, context);
      case 'HeartbeatExecution': {
        if (terminal.has(state.status)) return ended(state);
        return [{ type: 'HeartbeatReceived', data: { reason: command.reason ?? null } }];
      }
      case 'WaitExecution':
        return turn(state, 'waiting', { type: 'ExecutionWaitStarted', data: reasonOf(command) });
      case 'PauseExecution':
        return turn(state, 'paused', { type: 'ExecutionPaused', data: reasonOf(command) });
      case 'ResumeExecution':
        return turn(state, 'running', { type: 'ExecutionResumed', data: reasonOf(command) });
      case 'CompleteExecution':
        if (state.status === 'queued') return notStarted;
        return completed(
          end(state, 'completed', { type: 'ExecutionCompleted', data: reasonOf(command) }),
          state,
          context,
        );
      case 'FailExecution':
        return end(state, 'failed', { type: 'ExecutionFailed', data: reasonOf(command) });
      case 'CancelExecution':
        return end(state, 'cancelled', { type: 'ExecutionCancelled', data: reasonOf(command) });
      case 'TerminateExecution':
        return end(state, 'terminated', { type: 'ExecutionTerminated', data: reasonOf(command) });
      case 'TimeOutExecution': {
        const data = { ...reasonOf(command), silentSince: command.silentSince };
        return end(state, 'timed_out', { type: 'ExecutionTimedOut', data });
      }
      case 'RecordRepricing': {
        const { repricing, calls } = command;
        const { status } = context.repricing;
        if (status !== 'running') return refuse('repricing-ended', `the repricing is ${status}`);
        return [{ type: 'CallsRepriced', data: { repricing, calls } }];
      }
      case 'RecordLlmCall':
        return recordCall(command, state, context); // late calls count too: the money is spent
      case 'RecordStyleQuery':
        return [queried(command)];
    }
  },
};

export const execution = creditingStyle(rules);

const reasonOf = ({ reason }: { reason?: string | undefined }): { reason: string | null } => ({
  reason: reason ?? null,
});
