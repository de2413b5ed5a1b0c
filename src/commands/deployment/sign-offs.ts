import { refuse } from '../decider';
import type { Refusal } from '../decider';
import type { DeploymentCommand } from './deployment.commands';
import type { DeploymentEvent, DeploymentState } from './deployment.state';

export type SignOffRefusal =
  | 'deployment-decided'
  | 'role-not-required'
  | 'role-already-signed'
  | 'planner-may-not-sign'
  | 'content-hash-stale';

type Of<T extends DeploymentCommand['type']> = Extract<DeploymentCommand, { type: T }>;
type Answer = readonly DeploymentEvent[] | Refusal<SignOffRefusal>;

const unneeded = ({ roles }: DeploymentState, role: string): Refusal<SignOffRefusal> | undefined =>
  roles.includes(role)
    ? undefined
    : refuse('role-not-required', `${role} is none of ${roles.join(', ') || 'no roles at all'}`);

const stale = ({ contentHash, lastChange }: DeploymentState): Refusal<SignOffRefusal> => {
  const change =
    lastChange === null
      ? ''
      : `; last ${lastChange.kind} ${lastChange.name} became ${lastChange.to}`;
  const detail = `what is to be approved has the hash ${contentHash}${change}`;
  return refuse('content-hash-stale', detail);
};

export const sign = (state: DeploymentState, command: Of<'SignOff'>, by: string): Answer => {
  const { role, verdict, contentHash, comment = null } = command;
  if (state.status === 'go') {
    return refuse('deployment-decided', 'the deployment has its GO: a sign-off comes before that');
  }
  const refusal = unneeded(state, role);
  if (refusal !== undefined) return refusal;
  const signed = state.signOffs.get(role);
  if (signed?.verdict === verdict && signed.contentHash === contentHash && signed.by === by) {
    return [];
  }
  if (contentHash !== state.contentHash) return stale(state);
  if (!state.plannerMaySign && by === state.plannedBy) {
    return refuse(
      'planner-may-not-sign',
      `${by} planned this deployment and is barred by its plan`,
    );
  }
  if (signed !== undefined) {
    const detail = `${role} has ${signed.verdict} by ${signed.by} already: withdraw that first`;
    return refuse('role-already-signed', detail);
  }
  return [{ type: 'DeploymentSignedOff', data: { role, verdict, contentHash, comment, by } }];
};

/** A GO that rested on the sign-off lapses with it. */
export const withdraw = (
  state: DeploymentState,
  { role, reason }: Of<'WithdrawSignOff'>,
  by: string,
): Answer => {
  const refusal = unneeded(state, role);
  if (refusal !== undefined) return refusal;
  if (!state.signOffs.has(role)) return [];
  const data = { role, by, reason: reason ?? null };
  const withdrawn: DeploymentEvent = { type: 'SignOffWithdrawn', data };
  if (state.status !== 'go') return [withdrawn];
  const change = { kind: 'sign-off', name: role, to: 'withdrawn' } as const;
  return [withdrawn, { type: 'DecisionLapsed', data: { verdict: 'go', change } }];
};
