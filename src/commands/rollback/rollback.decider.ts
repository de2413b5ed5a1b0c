import { refuse } from '../decider';
import type { Decider, Refusal } from '../decider';
import type { RollbackCommand } from './rollback.commands';
import { evolve, initialState, nextStep } from './rollback.state';
import type { RollbackEvent, RollbackState } from './rollback.state';

type RollbackRefusal =
  | 'rollback-under-way'
  | 'rollback-already-started'
  | 'rollback-target-unknown'
  | 'rollback-ended'
  | 'rollback-not-failed'
  | 'rollback-failed'
  | 'rollback-step-out-of-order'
  | 'rollback-past-return';

/** Where a deployment can be taken back to, as it was when it went live. */
export interface RollbackTarget {
  readonly flow: string;
  readonly to: string;
  readonly liveSince: string;
  readonly reads: Readonly<Record<string, number>> | null;
  /** Whether the deployment went live at all. */
  readonly wasLive: boolean;
}

/** What a rollback knows besides its own stream. */
export interface RollbackContext {
  /** Null where the deployment asked for never was live in the flow. */
  readonly target: RollbackTarget | null;
  /** Another one that goes on by now. */
  readonly rollbackUnderWay: string | null;
}

type Of<T extends RollbackCommand['type']> = Extract<RollbackCommand, { type: T }>;
type Answer = readonly RollbackEvent[] | Refusal<RollbackRefusal>;

/** Read models are everybody's: two that bring them back at once would take them from each other. */
const barred = ({ rollbackUnderWay }: RollbackContext): Refusal<RollbackRefusal> | undefined =>
  rollbackUnderWay === null
    ? undefined
    : refuse('rollback-under-way', `rollback ${rollbackUnderWay} is under way: let it end first`);

const start = (command: Of<'StartRollback'>, context: RollbackContext): Answer => {
  const { deploymentId, mode, reason, to, rehearsal } = command;
  const { target } = context;
  if (target === null) {
    const detail = `${to ?? 'the one before'} never was live before ${deploymentId}: name one that was`;
    return refuse('rollback-target-unknown', detail);
  }
  const hindrance = rehearsal ? undefined : barred(context);
  if (hindrance !== undefined) return hindrance;
  const { wasLive: isLive, ...where } = target;
  const reads = target.reads && { ...target.reads };
  const data = { deploymentId, ...where, reads, mode, reason };
  return rehearsal
    ? [{ type: 'RehearsalStarted', data: { ...data, isLive } }]
    : [{ type: 'RollbackStarted', data }];
};

/** A command to a rollback that is there. */
const steer = (
  state: RollbackState,
  command: Exclude<RollbackCommand, { type: 'StartRollback' }>,
  context: RollbackContext,
): Answer => {
  const { status, started, taken, isRehearsal } = state;
  if (started === null || status === 'completed' || status === 'aborted') {
    return refuse('rollback-ended', `the rollback is ${status}, which is final`);
  }
  if (isRehearsal && status === 'failed') {
    return refuse('rollback-ended', 'the rehearsal has failed, which is final: begin another');
  }
  const { deploymentId, flow, to } = started;
  const of = { deploymentId, flow, to };
  switch (command.type) {
    case 'RetryRollback': {
      if (status !== 'failed') return refuse('rollback-not-failed', 'the rollback is under way');
      const { reason = null, parkUnreadable } = command;
      const retried: RollbackEvent = {
        type: 'RollbackRetried',
        data: { ...of, reason, parkUnreadable },
      };
      return barred(context) ?? [retried];
    }
    case 'AbortRollback': {
      if (isRehearsal) {
        return [{ type: 'RehearsalAborted', data: { ...of, reason: command.reason } }];
      }
      if (taken.includes('switch')) {
        const detail = `${to} is live by now: the rollback can only go on (retry-rollback)`;
        return refuse('rollback-past-return', detail);
      }
      const hadStoppedWork = taken.includes('stop-work');
      return [{ type: 'RollbackAborted', data: { ...of, reason: command.reason, hadStoppedWork } }];
    }
    case 'TakeRollbackStep':
    case 'FailRollbackStep':
      return step(state, command, of);
  }
};

const step = (
  state: RollbackState,
  command: Of<'TakeRollbackStep' | 'FailRollbackStep'>,
  of: { readonly deploymentId: string; readonly flow: string; readonly to: string },
): Answer => {
  if (state.taken.includes(command.step)) return []; // whoever took it could not tell
  if (state.status === 'failed') return refuse('rollback-failed', 'it waits to be retried');
  const due = nextStep(state);
  if (command.step !== due) {
    return refuse('rollback-step-out-of-order', `the next step is ${due ?? 'none'}`);
  }
  const { step: name, seconds, budgetSeconds, health } = command;
  const common = { ...of, step: name, seconds, budgetSeconds, health };
  if (command.type === 'FailRollbackStep') {
    const { cause, holds, doesNotHold } = command;
    const type = state.isRehearsal ? 'RehearsalStepFailed' : 'RollbackStepFailed';
    return [{ type, data: { ...common, cause, holds, doesNotHold } }];
  }
  const { evidence, details } = command;
  const taken: RollbackEvent = {
    type: state.isRehearsal ? 'RehearsalStepTaken' : 'RollbackStepTaken',
    data: { ...common, evidence, details },
  };
  if (nextStep(evolve(state, taken)) !== null) return [taken];
  const total = Math.round((state.seconds + seconds) * 1_000) / 1_000;
  return [taken, completed(state, of, total)];
};

const completed = (
  { isRehearsal, started }: RollbackState,
  of: { readonly deploymentId: string; readonly flow: string; readonly to: string },
  seconds: number,
): RollbackEvent => {
  if (!isRehearsal) return { type: 'RollbackCompleted', data: { ...of, seconds } };
  const mode = started?.mode ?? 'code';
  return { type: 'RehearsalCompleted', data: { ...of, mode, seconds } };
};

export const rollback: Decider<
  RollbackState,
  RollbackCommand,
  RollbackEvent,
  RollbackRefusal,
  RollbackContext
> = {
  initialState,
  evolve,
  decide: (command, state, context) => {
    if (command.type !== 'StartRollback') return steer(state, command, context);
    if (state.status === 'absent') return start(command, context);
    return refuse('rollback-already-started', `the rollback is ${state.status}`);
  },
};
