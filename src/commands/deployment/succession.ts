import type { DomainEvent } from '../../events';
import type { CarriedCommand } from '../command';
import { isPlanned } from '../rollback/planned';

/** Carried by the completion of the deployment that takes its place; nobody issues it alone. */
export interface SupersedeDeployment {
  readonly type: 'SupersedeDeployment';
  readonly supersededBy: string;
}

/** Carried by whatever makes a deployment the live one of its flow. */
export interface ActivateDeployment {
  readonly type: 'ActivateDeployment';
  readonly flow: string;
  readonly deploymentId: string;
  /** The one that is taken to be live now. */
  readonly previous: string | null;
}

/** What a completion brings with it: the flow has another live deployment, the former is superseded. */
export const onCompletion = (
  { deploymentId }: { readonly deploymentId: string },
  events: readonly DomainEvent[],
): readonly CarriedCommand[] =>
  events.flatMap((event) => {
    if (event.type !== 'DeploymentCompleted') return [];
    const { flow, supersedes: previous } = event.data;
    const activate: ActivateDeployment = {
      type: 'ActivateDeployment',
      flow,
      deploymentId,
      previous,
    };
    const supersede: SupersedeDeployment = {
      type: 'SupersedeDeployment',
      supersededBy: deploymentId,
    };
    return [
      { category: 'flow', id: flow, command: { ...activate } },
      ...(previous === null || !isPlanned(previous)
        ? []
        : [{ category: 'deployment', id: previous, command: { ...supersede } }]),
    ];
  });
