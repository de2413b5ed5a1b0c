import type { RecordedEvent } from '../../events';
import type { Change, deploymentEventSchemas } from '../../events/deployment.events';
import type { TimelineEntry } from './deployments.columns';

export type DeploymentEvent = RecordedEvent<keyof typeof deploymentEventSchemas>;

const because = (reason: string | null): string => (reason === null ? '' : `: ${reason}`);
const measuredAs = (measured: number | null): string =>
  measured === null ? '' : ` at ${String(measured)}`;
const changed = ({ kind, name, to }: Change): string => `${kind} ${name} became ${to}`;

/** What an event says, for a person; null for what only follows from the one before it. */
const textOf = (event: DeploymentEvent): string | null => {
  switch (event.type) {
    case 'DeploymentPlanned':
      return `version ${event.data.version} planned for ${event.data.flow}`;
    case 'ChecklistItemTicked':
      return `${event.data.item} ticked${because(event.data.evidence)}`;
    case 'ChecklistItemUnticked':
      return `${event.data.item} unticked${because(event.data.reason)}`;
    case 'CheckRecorded': {
      const { gate, outcome, measured, evidence } = event.data;
      return `${gate} is ${outcome}${measuredAs(measured)}${because(evidence)}`;
    }
    case 'DeploymentSignedOff':
      return `${event.data.role} has ${event.data.verdict}${because(event.data.comment)}`;
    case 'SignOffWithdrawn':
      return `${event.data.role} withdrew${because(event.data.reason)}`;
    case 'SignOffsInvalidated':
      return `${event.data.roles.join(', ')} no longer signed, as ${changed(event.data.change)}`;
    case 'OverrideRequested':
      return `asked to go without ${event.data.missing.map(({ name }) => name).join(', ')}${because(event.data.reason)}`;
    case 'DeploymentDecided': {
      const { verdict, reason, override } = event.data;
      const by = override === null ? '' : `, overriding as ${override.requestedBy} asked`;
      return `${verdict === 'go' ? 'GO' : 'NO-GO'}${by}: ${reason}`;
    }
    case 'DecisionLapsed':
      return `${event.data.verdict === 'go' ? 'GO' : 'NO-GO'} lapsed, as ${changed(event.data.change)}`;
    case 'DeploymentStaged':
      return `staged${because(event.data.reason)}`;
    case 'DeploymentPromoted':
      return `takes ${String(event.data.traffic)} % of the traffic${because(event.data.reason)}`;
    case 'DeploymentCompleted': {
      const { supersedes, reason } = event.data;
      return `live${supersedes === null ? '' : `, in the place of ${supersedes}`}${because(reason)}`;
    }
    case 'DeploymentSuperseded':
      return `superseded by ${event.data.supersededBy}`;
    case 'DeploymentAborted':
      return `aborted${because(event.data.reason)}`;
    case 'RollbackBegun':
      return `is being rolled back by ${event.data.rollbackId}`;
    case 'RollbackFailed':
      return `rollback failed at ${event.data.step}: ${event.data.cause}`;
    case 'RollbackAbandoned':
      return `rollback given up, it stays live: ${event.data.reason}`;
    case 'DeploymentRolledBack':
      return `rolled back to ${event.data.to}`;
    case 'DeploymentVoided':
      return 'what was recorded under it is void';
    case 'DeploymentReinstated':
      return `what was recorded under it counts again${because(event.data.reason)}`;
    case 'DeploymentRestored':
      return `live again, in the place of ${event.data.from}`;
    case 'ReadinessAssessed':
      return null;
  }
};

/** The timeline with an event at its end. */
export const withEntry = (
  timeline: readonly TimelineEntry[],
  event: DeploymentEvent,
): TimelineEntry[] => {
  const text = textOf(event);
  if (text === null) return [...timeline];
  return [...timeline, { at: event.occurredAt, by: event.actor, type: event.type, text }];
};
