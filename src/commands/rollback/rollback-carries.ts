import { cutText } from '../fields';
import type { DomainEvent } from '../../events';
import { rehearsalEventSchemas, rollbackEventSchemas } from '../../events/rollback.events';
import type { RollbackStep } from '../../events/rollback.events';
import type { CarriedCommand } from '../command';
import type { ActivateDeployment } from '../deployment/succession';
import { isPlanned } from './planned';
import type { RollbackEvent, RollbackState } from './rollback.state';

/** Carried to the deployment that is rolled back, and to the one that takes its place. */
export type CarriedToDeployment =
  | { readonly type: 'BeginRollback'; readonly rollbackId: string }
  | {
      readonly type: 'FailRollback';
      readonly rollbackId: string;
      readonly step: RollbackStep;
      readonly cause: string;
    }
  | { readonly type: 'AbandonRollback'; readonly rollbackId: string; readonly reason: string }
  | { readonly type: 'VoidDeployment'; readonly rollbackId: string }
  | { readonly type: 'EndRollback'; readonly rollbackId: string; readonly to: string }
  /** Whether it could be restored, before anything is stopped for it. */
  | { readonly type: 'ExpectDeployment'; readonly rollbackId: string }
  | { readonly type: 'RestoreDeployment'; readonly rollbackId: string; readonly from: string }
  | RecordRehearsal;

/** How a rehearsal ended: a check of the gate that asks for one. */
export interface RecordRehearsal {
  readonly type: 'RecordRehearsal';
  readonly rollbackId: string;
  readonly outcome: 'successful' | 'failed';
  readonly evidence: string;
}

/** Carried to the flow. */
export type CarriedToFlow =
  | ActivateDeployment
  | { readonly type: 'StopWork'; readonly flow: string; readonly deploymentId: string }
  | { readonly type: 'LetWorkOn'; readonly flow: string; readonly deploymentId: string };

const toDeployment = (id: string, command: CarriedToDeployment): CarriedCommand[] =>
  isPlanned(id) ? [{ category: 'deployment', id, command: { ...command } }] : [];

const toFlow = (id: string, command: CarriedToFlow): CarriedCommand[] => [
  { category: 'flow', id, command: { ...command } },
];

const taken = (
  rollbackId: string,
  { step, deploymentId, flow, to }: Extract<DomainEvent, { type: 'RollbackStepTaken' }>['data'],
  voids: boolean,
): CarriedCommand[] => {
  switch (step) {
    case 'stop-work':
      return toFlow(flow, { type: 'StopWork', flow, deploymentId });
    case 'switch':
      return [
        ...toFlow(flow, {
          type: 'ActivateDeployment',
          flow,
          deploymentId: to,
          previous: deploymentId,
        }),
        ...toDeployment(to, { type: 'RestoreDeployment', rollbackId, from: deploymentId }),
        // With the switch: from this commit on nothing is decided on what it leaves behind.
        ...(voids ? toDeployment(deploymentId, { type: 'VoidDeployment', rollbackId }) : []),
      ];
    case 'record-state':
      return toDeployment(deploymentId, { type: 'EndRollback', rollbackId, to });
    case 'verify-state':
    case 'check-target':
    case 'verify-dependencies':
    case 'restore-read-models':
    case 'verify-health':
    case 'prove':
      return [];
  }
};

const isOfRollback = (event: DomainEvent): event is RollbackEvent =>
  Object.hasOwn(rollbackEventSchemas, event.type) ||
  Object.hasOwn(rehearsalEventSchemas, event.type);

const carriedBy = (
  rollbackId: string,
  event: RollbackEvent,
  { started }: RollbackState,
): CarriedCommand[] => {
  switch (event.type) {
    case 'RollbackStarted':
      return [
        ...toDeployment(event.data.deploymentId, { type: 'BeginRollback', rollbackId }),
        ...toDeployment(event.data.to, { type: 'ExpectDeployment', rollbackId }),
      ];
    case 'RollbackRetried':
      return toDeployment(event.data.deploymentId, { type: 'BeginRollback', rollbackId });
    case 'RollbackStepTaken':
      return taken(rollbackId, event.data, started?.mode === 'data');
    case 'RollbackStepFailed': {
      const { deploymentId, step, cause } = event.data;
      return toDeployment(deploymentId, { type: 'FailRollback', rollbackId, step, cause });
    }
    case 'RollbackAborted': {
      const { deploymentId, flow, reason, hadStoppedWork } = event.data;
      return [
        ...toDeployment(deploymentId, { type: 'AbandonRollback', rollbackId, reason }),
        ...(hadStoppedWork ? toFlow(flow, { type: 'LetWorkOn', flow, deploymentId }) : []),
      ];
    }
    case 'RehearsalStepFailed': {
      const { deploymentId, step, cause } = event.data;
      const evidence = cutText(`rehearsal ${rollbackId} failed at ${step}: ${cause}`, 4_000);
      return toDeployment(deploymentId, {
        type: 'RecordRehearsal',
        rollbackId,
        outcome: 'failed',
        evidence,
      });
    }
    case 'RehearsalCompleted': {
      const { deploymentId, to, mode, seconds } = event.data;
      const evidence = `rehearsal ${rollbackId} to ${to}, mode ${mode}, took ${String(seconds)} s`;
      return toDeployment(deploymentId, {
        type: 'RecordRehearsal',
        rollbackId,
        outcome: 'successful',
        evidence,
      });
    }
    // Said once more: a last step that failed and was retried had it rolling back again.
    case 'RollbackCompleted': {
      const { deploymentId, to } = event.data;
      return toDeployment(deploymentId, { type: 'EndRollback', rollbackId, to });
    }
    case 'RehearsalStarted':
    case 'RehearsalStepTaken':
    case 'RehearsalAborted':
      return [];
  }
};

/** What the facts of a rollback mean for its deployments and its flow, in the same commit. */
export const onRollback = (
  _data: unknown,
  events: readonly DomainEvent[],
  rollbackId: string,
  state: unknown,
): readonly CarriedCommand[] =>
  events
    .filter(isOfRollback)
    .flatMap((event) => carriedBy(rollbackId, event, state as RollbackState));
