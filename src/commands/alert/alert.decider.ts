import type { EventsOf } from '../../events';
import type { alertEventSchemas } from '../../events/alert.events';
import { refuse } from '../decider';
import type { Decider, Refusal } from '../decider';
import type { AlertCommand } from './alert.commands';

export type AlertEvent = EventsOf<typeof alertEventSchemas>;
type AlertRefusal = 'alert-already-fired' | 'alert-resolved' | 'alert-asks-nothing';

/**
 * absent -> firing -> (acknowledged) -> resolved
 *
 * Beside it: a rollback is asked for, until it is begun or dismissed, or the alert is over.
 */
export interface AlertState {
  readonly status: 'absent' | 'firing' | 'acknowledged' | 'resolved';
  readonly rollback: 'none' | 'asked' | 'dismissed' | 'begun';
}

type Answer = readonly AlertEvent[] | Refusal<AlertRefusal>;

const evolve = (state: AlertState, event: AlertEvent): AlertState => {
  switch (event.type) {
    case 'AlertFired':
      return { status: 'firing', rollback: event.data.rollbackTo === null ? 'none' : 'asked' };
    case 'AlertAcknowledged':
      return { ...state, status: 'acknowledged' };
    case 'AlertDismissed':
      return { ...state, rollback: 'dismissed' };
    case 'AlertAnswered':
      return { ...state, rollback: 'begun' };
    case 'AlertResolved':
      return { ...state, status: 'resolved' };
  }
};

/** A command to an alert that fired. */
const steer = (
  { status, rollback }: AlertState,
  command: Exclude<AlertCommand, { type: 'FireAlert' }>,
): Answer => {
  if (status === 'resolved') {
    return command.type === 'ResolveAlert'
      ? [] // whoever resolved it could not tell
      : refuse('alert-resolved', `the alert ${command.alert} is over`);
  }
  switch (command.type) {
    case 'AcknowledgeAlert':
      if (status === 'acknowledged') return [];
      return [{ type: 'AlertAcknowledged', data: { comment: command.comment } }];
    case 'DismissAlert':
      if (rollback === 'dismissed') return [];
      if (rollback === 'asked')
        return [{ type: 'AlertDismissed', data: { reason: command.reason } }];
      return refuse(
        'alert-asks-nothing',
        rollback === 'begun'
          ? 'the rollback that it asked for has begun: abort-rollback ends it'
          : 'it asks for no rollback',
      );
    case 'AnswerAlert':
      if (rollback !== 'asked') return [];
      return [{ type: 'AlertAnswered', data: { rollbackId: command.rollbackId } }];
    case 'ResolveAlert': {
      const { because, observed } = command;
      return [{ type: 'AlertResolved', data: { because, observed } }];
    }
  }
};

export const alert: Decider<AlertState, AlertCommand, AlertEvent, AlertRefusal, unknown> = {
  initialState: { status: 'absent', rollback: 'none' },
  evolve,
  decide: (command, state) => {
    if (command.type !== 'FireAlert') return steer(state, command);
    if (state.status !== 'absent') {
      return refuse('alert-already-fired', `the alert ${command.alert} fired before`);
    }
    const { rule, deploymentId, observed, pendingSince, rollbackTo, noRollbackBecause } = command;
    const asked = { rollbackTo, noRollbackBecause };
    return [{ type: 'AlertFired', data: { rule, deploymentId, observed, pendingSince, ...asked } }];
  },
};
