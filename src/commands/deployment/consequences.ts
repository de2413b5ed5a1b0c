import type { Change, DeploymentStatus } from '../../events/deployment.events';
import { evolveDeployment } from './deployment.state';
import type { DeploymentEvent, DeploymentState } from './deployment.state';
import { contentText, readinessOf } from './readiness';

type Known = DeploymentState & { readonly status: DeploymentStatus };

const isKnown = (state: DeploymentState): state is Known => state.status !== 'absent';

/** Before it is staged a change of what was signed takes the signatures, and the decision, with it. */
const isUnstaged = ({ status }: DeploymentState): boolean =>
  ['draft', 'validating', 'awaiting_sign_off', 'go', 'no_go'].includes(status);

const invalidated = ({ signOffs }: DeploymentState, change: Change): DeploymentEvent[] =>
  signOffs.size === 0
    ? []
    : [{ type: 'SignOffsInvalidated', data: { roles: [...signOffs.keys()], change } }];

const lapsed = ({ status }: DeploymentState, change: Change): DeploymentEvent[] =>
  status === 'go' || status === 'no_go'
    ? [{ type: 'DecisionLapsed', data: { verdict: status, change } }]
    : [];

/**
 * What was decided, with all that follows from it by itself: sign-offs that no longer stand, a
 * decision that lapses, and where the deployment then is.
 */
export const withConsequences = (
  before: DeploymentState,
  facts: readonly DeploymentEvent[],
  digestOf: (text: string) => string,
): readonly DeploymentEvent[] => {
  if (facts.length === 0) return [];
  const after = facts.reduce(evolveDeployment, before);
  const contentHash = digestOf(contentText(after));
  const change = after.lastChange;
  const changed = contentHash !== before.contentHash && isUnstaged(after) && change !== null;
  const follow = changed ? [...invalidated(after, change), ...lapsed(after, change)] : [];
  const events = [...facts, ...follow];
  const settled = follow.reduce(evolveDeployment, after);
  if (!isKnown(settled)) return events;
  const { status, missing } = readinessOf(settled);
  const known = JSON.stringify([before.contentHash, before.missing]);
  const isNews = status !== settled.status || known !== JSON.stringify([contentHash, missing]);
  if (!isNews) return events;
  return [...events, { type: 'ReadinessAssessed', data: { status, contentHash, missing } }];
};
