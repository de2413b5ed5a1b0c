import { refuse } from '../decider';
import type { Decider, Refusal } from '../decider';
import type { FlowCatalogue } from '../execution/flow';
import { check, measure, rehearsed, tick, untick } from './checklist';
import type { ChecklistRefusal } from './checklist';
import { withConsequences } from './consequences';
import { decide } from './decision';
import type { DecisionRefusal } from './decision';
import type { DeploymentCommand } from './deployment.commands';
import { absent, evolveDeployment } from './deployment.state';
import type { DeploymentEvent, DeploymentState } from './deployment.state';
import type { Measure } from './measures';
import { plan } from './plan';
import type { PlanRefusal } from './plan';
import { abort, complete, promote, stage } from './promotion';
import type { PromotionRefusal } from './promotion';
import { sign, withdraw } from './sign-offs';
import type { SignOffRefusal } from './sign-offs';
import type { CarriedToDeployment } from '../rollback/rollback-carries';
import type { SupersedeDeployment } from './succession';
import { reinstate, takenBack } from './taken-back';
import type { DoneAgain, TakenBackRefusal } from './taken-back';

export type DeploymentRefusal =
  | PlanRefusal
  | ChecklistRefusal
  | SignOffRefusal
  | DecisionRefusal
  | PromotionRefusal
  | TakenBackRefusal
  | 'deployment-ended';

/** What a deployment knows besides its own stream. */
export interface DeploymentContext {
  readonly flows: FlowCatalogue;
  /** Who issued the command: the name of the key. */
  readonly actor: string;
  /** SHA-256 in hex. */
  readonly digestOf: (text: string) => string;
  /** The one that is live for the same flow, for a completion; null where none is. */
  readonly liveDeployment: string | null;
  /** For `MeasureDeployment`. */
  readonly measures: readonly Measure[];
  /** For `ReinstateDeployment`. */
  readonly doneAgain: DoneAgain;
}

type Command = DeploymentCommand | SupersedeDeployment | CarriedToDeployment;
type Answer = readonly DeploymentEvent[] | Refusal<DeploymentRefusal>;
type Steering = Exclude<DeploymentCommand, { type: 'PlanDeployment' | 'ReinstateDeployment' }>;
type BeforeStaging = Extract<Command, { type: 'SignOff' | 'WithdrawSignOff' | 'DecideDeployment' }>;

const isEnded = ({ status }: DeploymentState): boolean =>
  ['superseded', 'aborted', 'rolling_back', 'rolled_back', 'rollback_failed'].includes(status);

const isUnderWay = ({ status }: DeploymentState): boolean =>
  ['staging', 'analysing', 'promoting', 'live'].includes(status);

const supersede = (state: DeploymentState, command: SupersedeDeployment): Answer => {
  const { supersededBy } = command;
  if (state.status !== 'live') {
    return refuse('deployment-not-live', `the deployment is ${state.status}, not live`);
  }
  return [{ type: 'DeploymentSuperseded', data: { supersededBy } }];
};

const approval = (state: DeploymentState, command: BeforeStaging, actor: string): Answer => {
  if (isUnderWay(state)) {
    const detail = `the deployment is ${state.status}: what was decided is carried out`;
    return refuse('deployment-decided', detail);
  }
  switch (command.type) {
    case 'SignOff':
      return sign(state, command, actor);
    case 'WithdrawSignOff':
      return withdraw(state, command, actor);
    case 'DecideDeployment':
      return decide(state, command, actor);
  }
};

/** A command to one that is on its way to being live, or is it. */
const steer = (state: DeploymentState, command: Steering, context: DeploymentContext): Answer => {
  const { actor, liveDeployment, measures } = context;
  if (command.type === 'AbortDeployment' && state.status === 'aborted') return [];
  if (isEnded(state)) {
    const { status } = state;
    const isFinal = status !== 'rolling_back' && status !== 'rollback_failed';
    const why = isFinal ? 'which is final' : 'and its rollback has to end first';
    return refuse('deployment-ended', `the deployment is ${status}, ${why}`);
  }
  switch (command.type) {
    case 'TickChecklistItem':
      return tick(state, command, actor);
    case 'UntickChecklistItem':
      return untick(state, command, actor);
    case 'RecordCheck':
      return check(state, command, actor);
    case 'MeasureDeployment':
      return measure(state, measures, actor);
    case 'SignOff':
    case 'WithdrawSignOff':
    case 'DecideDeployment':
      return approval(state, command, actor);
    case 'StageDeployment':
      return stage(state, command, actor);
    case 'PromoteDeployment':
      return promote(state, command, actor);
    case 'CompleteDeployment':
      return complete(state, command, actor, liveDeployment);
    case 'AbortDeployment':
      return abort(state, command, actor);
  }
};

const factsOf = (command: Command, state: DeploymentState, context: DeploymentContext): Answer => {
  switch (command.type) {
    case 'PlanDeployment':
      return plan(state, command, context.actor, context.flows);
    case 'SupersedeDeployment':
      return supersede(state, command);
    case 'ReinstateDeployment':
      return reinstate(state, command, context);
    case 'RecordRehearsal':
      // One that ended meanwhile needs no rehearsal any more.
      return isEnded(state) ? [] : rehearsed(state, command, context.actor);
    case 'BeginRollback':
    case 'FailRollback':
    case 'AbandonRollback':
    case 'VoidDeployment':
    case 'EndRollback':
    case 'ExpectDeployment':
    case 'RestoreDeployment':
      return takenBack(state, command);
    case 'TickChecklistItem':
    case 'UntickChecklistItem':
    case 'RecordCheck':
    case 'MeasureDeployment':
    case 'SignOff':
    case 'WithdrawSignOff':
    case 'DecideDeployment':
    case 'StageDeployment':
    case 'PromoteDeployment':
    case 'CompleteDeployment':
    case 'AbortDeployment':
      return steer(state, command, context);
  }
};

/** A deployment, from its plan to the day another takes its place. */
export const deployment: Decider<
  DeploymentState,
  Command,
  DeploymentEvent,
  DeploymentRefusal,
  DeploymentContext
> = {
  initialState: absent,
  evolve: evolveDeployment,
  decide: (command, state, context) => {
    const facts = factsOf(command, state, context);
    return 'refused' in facts ? facts : withConsequences(state, facts, context.digestOf);
  },
};
