import type { EventsOf } from '../../events';
import { readableVersions } from '../../events/codec';
import type { flowEventSchemas } from '../../events/deployment.events';
import { contentFlow } from '../execution/flow';
import { refuse } from '../decider';
import type { Decider } from '../decider';
import type { CarriedToFlow } from '../rollback/rollback-carries';

export type FlowEvent = EventsOf<typeof flowEventSchemas>;
type LiveDeploymentRefusal = 'live-deployment-changed';

export interface FlowState {
  readonly live: string | null;
  /** The deployment under which nothing new is to be begun; null where there is none. */
  readonly stopped: string | null;
}

/** Nothing was activated yet: events are stamped `initial`. */
export const untouchedFlow: FlowState = { live: null, stopped: null };

/**
 * Which deployment of a flow is live, and whether it takes new work. Every change of it is written
 * here, so that of two at once one comes second, and is refused: it was decided on another live one
 * than there is.
 */
export const liveDeployment: Decider<
  FlowState,
  CarriedToFlow,
  FlowEvent,
  LiveDeploymentRefusal,
  unknown
> = {
  initialState: untouchedFlow,
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'DeploymentActivated':
        return { live: data.deploymentId, stopped: null };
      case 'WorkStopped':
        return { ...state, stopped: data.deploymentId };
      case 'WorkLetOn':
        return { ...state, stopped: null };
    }
  },
  decide: (command, { live, stopped }) => {
    const { type, flow, deploymentId } = command;
    const expected = type === 'ActivateDeployment' ? command.previous : deploymentId;
    if (type === 'ActivateDeployment' && live === deploymentId) return [];
    if (live !== expected) {
      const detail = `${live ?? 'none'} is live for ${flow} now, not ${expected ?? 'none'}: look, and ask again`;
      return refuse('live-deployment-changed', detail);
    }
    switch (type) {
      case 'ActivateDeployment': {
        const { previous } = command;
        const data = { flow, deploymentId, previous, reads: readableVersions() };
        return [{ type: 'DeploymentActivated', data }];
      }
      case 'StopWork':
        return stopped === deploymentId
          ? []
          : [{ type: 'WorkStopped', data: { flow, deploymentId } }];
      case 'LetWorkOn':
        return stopped === null ? [] : [{ type: 'WorkLetOn', data: { flow, deploymentId } }];
    }
  },
};

/** The deployment that events are stamped with from here on: the live one of the default flow. */
export const stampOf = ({ type, data: { flow, deploymentId } }: FlowEvent): string | null =>
  type === 'DeploymentActivated' && flow === contentFlow.name ? deploymentId : null;
