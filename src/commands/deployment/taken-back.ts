import { refuse } from '../decider';
import type { Refusal } from '../decider';
import type { CarriedToDeployment, RecordRehearsal } from '../rollback/rollback-carries';
import type { DeploymentCommand } from './deployment.commands';
import type { DeploymentEvent, DeploymentState } from './deployment.state';

export type TakenBackRefusal =
  | 'rollback-under-way'
  | 'deployment-rolled-back'
  | 'deployment-not-live'
  | 'deployment-not-void'
  | 'work-done-again'
  | 'deployment-not-restorable';

/** Streams in which a deployment's void work was done again since, by whoever took over. */
export interface DoneAgain {
  readonly streams: number;
  /** Some of them, the oldest first. */
  readonly such: readonly string[];
}

type Answer = readonly DeploymentEvent[] | Refusal<TakenBackRefusal>;

const begin = ({ status, rollbackId: own }: DeploymentState, rollbackId: string): Answer => {
  const known = own ?? 'none';
  if (status === 'rolling_back' || (status === 'rollback_failed' && own !== rollbackId)) {
    return refuse('rollback-under-way', `rollback ${known} is taking this deployment back`);
  }
  if (status === 'rolled_back') {
    return refuse('deployment-rolled-back', `rollback ${known} took this deployment back`);
  }
  if (status !== 'live' && status !== 'rollback_failed') {
    return refuse('deployment-not-live', `the deployment is ${status}, not live`);
  }
  return [{ type: 'RollbackBegun', data: { rollbackId } }];
};

const unrestorable = ({
  status,
  rollbackId,
}: DeploymentState): Refusal<TakenBackRefusal> | undefined => {
  if (status === 'superseded' || status === 'rolled_back') return undefined;
  const why =
    status === 'rolling_back' || status === 'rollback_failed'
      ? `rollback ${rollbackId ?? 'none'} has not ended; let it end first, or name another`
      : 'it never was live';
  return refuse('deployment-not-restorable', `the deployment to go back to is ${status}: ${why}`);
};

const twice = ({ streams, such }: DoneAgain): string => {
  const more = streams > such.length ? ', ...' : '';
  const what = `of ${String(streams)} ${streams === 1 ? 'stream' : 'streams'} (${such.join(', ')}${more})`;
  return `work ${what} was done again while it was void, and would count twice: give countTwice: true to let both count`;
};

/** Lets the work of a deployment count again that a rollback has voided. */
export const reinstate = (
  { status, isVoid, rollbackId }: DeploymentState,
  { reason, countTwice }: Extract<DeploymentCommand, { type: 'ReinstateDeployment' }>,
  { actor: by, doneAgain }: { readonly actor: string; readonly doneAgain: DoneAgain },
): Answer => {
  if (status === 'rolling_back' || status === 'rollback_failed') {
    const detail = `rollback ${rollbackId ?? 'none'} is taking this deployment back: let it end first`;
    return refuse('rollback-under-way', detail);
  }
  if (!isVoid) {
    const detail = `what was recorded under the deployment, which is ${status}, is not void`;
    return refuse('deployment-not-void', detail);
  }
  const { streams } = doneAgain;
  if (streams === 0) return [{ type: 'DeploymentReinstated', data: { by, reason } }];
  if (!countTwice) return refuse('work-done-again', twice(doneAgain));
  return [{ type: 'DeploymentReinstated', data: { by, reason, countedTwice: streams } }];
};

/** What a rollback means for the deployment that it takes back, and for the one it goes back to. */
export const takenBack = (
  state: DeploymentState,
  command: Exclude<CarriedToDeployment, RecordRehearsal>,
): Answer => {
  const { rollbackId } = command;
  switch (command.type) {
    case 'BeginRollback':
      return begin(state, rollbackId);
    case 'FailRollback': {
      const { step, cause } = command;
      return [{ type: 'RollbackFailed', data: { rollbackId, step, cause } }];
    }
    case 'AbandonRollback':
      return [{ type: 'RollbackAbandoned', data: { rollbackId, reason: command.reason } }];
    case 'VoidDeployment':
      return [{ type: 'DeploymentVoided', data: { rollbackId } }];
    case 'EndRollback':
      // It is rolled back already, or somebody went on from there.
      if (state.status !== 'rolling_back' || state.rollbackId !== rollbackId) return [];
      return [{ type: 'DeploymentRolledBack', data: { rollbackId, to: command.to } }];
    case 'ExpectDeployment':
      return unrestorable(state) ?? [];
    case 'RestoreDeployment':
      return (
        unrestorable(state) ?? [
          { type: 'DeploymentRestored', data: { rollbackId, from: command.from } },
        ]
      );
  }
};
