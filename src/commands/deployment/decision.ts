import type { Missing } from '../../events/deployment.events';
import { refuse } from '../decider';
import type { Refusal } from '../decider';
import type { DeploymentCommand } from './deployment.commands';
import type { DeploymentEvent, DeploymentState } from './deployment.state';
import { listed, missingForGo } from './readiness';

export type DecisionRefusal = 'deployment-not-ready' | 'override-needs-second-operator';

type Decide = Extract<DeploymentCommand, { type: 'DecideDeployment' }>;
type Answer = readonly DeploymentEvent[] | Refusal<DecisionRefusal>;

const goWithout = (
  state: DeploymentState,
  { reason }: Decide,
  missing: Missing,
  by: string,
): Answer => {
  const { contentHash, plannedBy, override: request } = state;
  if (request === null) {
    return [{ type: 'OverrideRequested', data: { by, reason, contentHash, missing } }];
  }
  if (by === request.by || by === plannedBy) {
    const role = by === request.by ? 'asked for this override' : 'planned this deployment';
    const detail = `${by} ${role}: another operator has to confirm it`;
    return refuse('override-needs-second-operator', detail);
  }
  const override = { requestedBy: request.by, reason: request.reason, missing };
  const data = { verdict: 'go', reason, by, contentHash, override } as const;
  return [{ type: 'DeploymentDecided', data }];
};

/** GO and NO-GO, and GO in spite of what is missing, which takes two operators. */
export const decide = (state: DeploymentState, command: Decide, by: string): Answer => {
  const { verdict, reason } = command;
  if (state.status === verdict) return [];
  const { contentHash } = state;
  const missing = verdict === 'go' ? missingForGo(state) : [];
  if (missing.length > 0 && command.override) return goWithout(state, command, missing, by);
  if (missing.length > 0) {
    return refuse('deployment-not-ready', `a GO lacks: ${listed(missing)}`);
  }
  const data = { verdict, reason, by, contentHash, override: null };
  return [{ type: 'DeploymentDecided', data }];
};
