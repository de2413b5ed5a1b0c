import { refuse } from '../decider';
import type { Refusal } from '../decider';
import type { DeploymentCommand } from './deployment.commands';
import type { DeploymentEvent, DeploymentState } from './deployment.state';
import { listed } from './readiness';

export type PromotionRefusal =
  | 'deployment-not-go'
  | 'deployment-not-ready'
  | 'deployment-live'
  | 'promotion-out-of-order'
  | 'deployment-not-promoted';

type Of<T extends DeploymentCommand['type']> = Extract<DeploymentCommand, { type: T }>;
type Answer = readonly DeploymentEvent[] | Refusal<PromotionRefusal>;

const underTraffic = ({ status }: DeploymentState): boolean =>
  status === 'analysing' || status === 'promoting';

export const stage = (
  state: DeploymentState,
  command: Of<'StageDeployment'>,
  by: string,
): Answer => {
  if (state.status === 'staging' || underTraffic(state)) return [];
  if (state.status !== 'go') {
    return refuse('deployment-not-go', `the deployment is ${state.status}: it needs a GO first`);
  }
  return [{ type: 'DeploymentStaged', data: { by, reason: command.reason ?? null } }];
};

/** Traffic goes 0, 50, 100; each step rests on checks that were recorded since the one before. */
export const promote = (
  state: DeploymentState,
  { traffic, reason }: Of<'PromoteDeployment'>,
  by: string,
): Answer => {
  if (underTraffic(state) && state.traffic === traffic) return [];
  if (state.status !== 'staging' && !underTraffic(state)) {
    const detail = `the deployment is ${state.status}: it is promoted once it is staged`;
    return refuse('promotion-out-of-order', detail);
  }
  const next = state.traffic === 0 ? 50 : 100;
  if (traffic !== next) {
    const detail = `traffic is at ${String(state.traffic)} %: the next step is ${String(next)} %`;
    return refuse('promotion-out-of-order', detail);
  }
  if (state.missing.length > 0) {
    const detail = `promotion to ${String(traffic)} % lacks: ${listed(state.missing)}`;
    return refuse('deployment-not-ready', detail);
  }
  return [{ type: 'DeploymentPromoted', data: { traffic, by, reason: reason ?? null } }];
};

export const complete = (
  state: DeploymentState,
  { reason }: Of<'CompleteDeployment'>,
  by: string,
  supersedes: string | null,
): Answer => {
  if (state.status === 'live') return [];
  if (state.traffic < 100) {
    const detail = `the deployment is ${state.status} at ${String(state.traffic)} % of the traffic`;
    return refuse('deployment-not-promoted', detail);
  }
  if (state.missing.length > 0) {
    return refuse('deployment-not-ready', `completion lacks: ${listed(state.missing)}`);
  }
  const { flow } = state;
  return [{ type: 'DeploymentCompleted', data: { flow, supersedes, by, reason: reason ?? null } }];
};

export const abort = (
  state: DeploymentState,
  command: Of<'AbortDeployment'>,
  by: string,
): Answer => {
  if (state.status === 'live') {
    return refuse('deployment-live', 'the deployment is live: roll it back instead');
  }
  return [{ type: 'DeploymentAborted', data: { by, reason: command.reason ?? null } }];
};
