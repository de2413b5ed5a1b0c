import { refuse } from '../decider';
import type { Refusal } from '../decider';
import { namesFrom, placeOf } from './flow';
import type { Flow } from './flow';
import type { ExecutionEvent, ExecutionState } from './execution.state';

export type StageRefusal = 'stage-unknown' | 'stage-out-of-order' | 'execution-paused';
type Decision = readonly ExecutionEvent[] | Refusal<StageRefusal>;

const outcomeOf = (state: ExecutionState, name: string): string =>
  state.stages[name]?.outcome ?? 'not started';

const unknown = (flow: Flow, stage: string): Refusal<StageRefusal> =>
  refuse(
    'stage-unknown',
    `flow ${flow.name} has no stage ${stage}; it has ${namesFrom(flow, 0).join(', ')}`,
  );

const outOfOrder = (detail: string): Refusal<StageRefusal> => refuse('stage-out-of-order', detail);

/** Why `name` may not start now, or undefined. Steps ask only that their stage runs. */
const obstacle = (flow: Flow, state: ExecutionState, name: string): string | undefined => {
  const place = placeOf(flow, name);
  if (place === undefined) return undefined;
  const { stage, index, isStep } = place;
  const outcome = outcomeOf(state, name);
  if (isStep && outcomeOf(state, stage.name) !== 'running') {
    return `${name} is a step of ${stage.name}, which is ${outcomeOf(state, stage.name)}`;
  }
  if (outcome === 'completed') return `${name} is already completed`;
  if (outcome === 'failed' && state.stages[name]?.retryable === false) {
    return `${name} failed and is not to be retried`;
  }
  if (isStep) return undefined;
  const missing = flow.stages
    .slice(0, index)
    .find((before) => outcomeOf(state, before.name) !== 'completed');
  if (missing === undefined) return undefined;
  return `${name} comes after ${missing.name}, which is ${outcomeOf(state, missing.name)}`;
};

/** Start of a stage or step; at the flow's revision stage also the start of a revision asked for. */
export const startStage = (
  flow: Flow,
  state: ExecutionState,
  stage: string,
  agent: string | null,
): Decision => {
  const place = placeOf(flow, stage);
  if (place === undefined) return unknown(flow, stage);
  if (state.status === 'paused') return refuse('execution-paused', 'resume the execution first');
  const revises = state.decision === 'revise' && stage === flow.revisionStage;
  if (outcomeOf(state, stage) === 'running' && !revises) return [];
  const reason = revises ? undefined : obstacle(flow, state, stage);
  if (reason !== undefined) return outOfOrder(reason);
  const attempt = (state.stages[stage]?.attempts ?? 0) + 1;
  const others = namesFrom(flow, place.index).filter((name) => name !== stage);
  // It is by what it reopens that a revision is told from another try, so where there are no others it is itself.
  const reopened = others.length > 0 ? others : [stage];
  const reopens = revises ? reopened : [];
  return [{ type: 'StageStarted', data: { stage, agent, attempt, reopens } }];
};

type Failed = Extract<ExecutionEvent, { type: 'StageFailed' }>;

/** A step that ran within a stage which failed; whose it is was said at its start. */
const failedWith = ({ data }: Failed, step: string): Failed => ({
  type: 'StageFailed',
  data: { ...data, stage: step, agent: null },
});

/** `ended` as the end of a running stage, with the steps that it takes along; the same end again changes nothing. */
export const endStage = (
  flow: Flow,
  state: ExecutionState,
  ended: Failed | Extract<ExecutionEvent, { type: 'StageCompleted' }>,
): Decision => {
  const { stage } = ended.data;
  const place = placeOf(flow, stage);
  if (place === undefined) return unknown(flow, stage);
  const outcome = outcomeOf(state, stage);
  if (outcome === (ended.type === 'StageCompleted' ? 'completed' : 'failed')) return [];
  if (outcome !== 'running') return outOfOrder(`${stage} is ${outcome}, start it first`);
  const busy = place.isStep
    ? []
    : place.stage.steps.filter((step) => outcomeOf(state, step) === 'running');
  if (ended.type === 'StageFailed') return [ended, ...busy.map((step) => failedWith(ended, step))];
  if (busy[0] === undefined) return [ended];
  return outOfOrder(`step ${busy[0]} of ${stage} is still running`);
};
