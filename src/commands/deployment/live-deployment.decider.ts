import type { EventsOf } from '../../events';
import type { flowEventSchemas } from '../../events/deployment.events';
import { contentFlow } from '../execution/flow';
import { refuse } from '../decider';
import type { Decider } from '../decider';
import type { ActivateDeployment } from './succession';

export type FlowEvent = EventsOf<typeof flowEventSchemas>;
export type LiveDeploymentRefusal = 'live-deployment-changed';

export interface FlowState {
  readonly live: string | null;
}

/**
 * Which deployment of a flow is live. Every change of it is written here, so that of two at once one
 * comes second, and is refused: it was decided on another live one than there is.
 */
export const liveDeployment: Decider<
  FlowState,
  ActivateDeployment,
  FlowEvent,
  LiveDeploymentRefusal,
  unknown
> = {
  initialState: { live: null },
  evolve: (_state, { data }) => ({ live: data.deploymentId }),
  decide: ({ flow, deploymentId, previous }, { live }) => {
    if (live === deploymentId) return [];
    if (live !== previous) {
      const detail = `${live ?? 'none'} is live for ${flow} now, not ${previous ?? 'none'}: look, and ask again`;
      return refuse('live-deployment-changed', detail);
    }
    return [{ type: 'DeploymentActivated', data: { flow, deploymentId, previous } }];
  },
};

/** The deployment that events are stamped with from here on: the live one of the default flow. */
export const stampOf = ({ data: { flow, deploymentId } }: FlowEvent): string | null =>
  flow === contentFlow.name ? deploymentId : null;
