import type { EventsOf } from '../../events';
import type {
  RollbackStep,
  rehearsalEventSchemas,
  rollbackEventSchemas,
} from '../../events/rollback.events';
import { rollbackSteps } from '../../events/rollback.events';

type RehearsalEvent = EventsOf<typeof rehearsalEventSchemas>;
export type RollbackEvent = EventsOf<typeof rollbackEventSchemas> | RehearsalEvent;
type Started = Extract<RollbackEvent, { type: 'RollbackStarted' }>['data'];

export interface RollbackState {
  readonly status: 'absent' | 'running' | 'failed' | 'completed' | 'aborted';
  /** Nothing that is live is touched. */
  readonly isRehearsal: boolean;
  /** Whether the deployment was live then: only a rehearsal may be of one that is not. */
  readonly wasLive: boolean;
  readonly started: Started | null;
  readonly taken: readonly RollbackStep[];
  /** Of all steps so far, those that failed included. */
  readonly seconds: number;
  readonly parkUnreadable: boolean;
}

export const initialState: RollbackState = {
  status: 'absent',
  isRehearsal: false,
  wasLive: true,
  started: null,
  taken: [],
  seconds: 0,
  parkUnreadable: false,
};

/** The step to take; null where all are taken. */
export const nextStep = ({ taken }: Pick<RollbackState, 'taken'>): RollbackStep | null =>
  rollbackSteps[taken.length] ?? null;

/**
 * running -> (each of nine steps) -> completed
 *    -> (a step fails) failed -> (retried, unless it is a rehearsal) running
 *    -> (aborted, before it has switched) aborted
 */
export const evolve = (state: RollbackState, event: RollbackEvent): RollbackState => {
  switch (event.type) {
    case 'RollbackStarted':
      return { ...initialState, status: 'running', started: event.data };
    case 'RehearsalStarted': {
      const { isLive: wasLive, ...started } = event.data;
      return { ...initialState, status: 'running', isRehearsal: true, wasLive, started };
    }
    case 'RollbackStepTaken':
    case 'RehearsalStepTaken': {
      const { step, seconds } = event.data;
      return { ...state, taken: [...state.taken, step], seconds: state.seconds + seconds };
    }
    case 'RollbackStepFailed':
    case 'RehearsalStepFailed':
      return { ...state, status: 'failed', seconds: state.seconds + event.data.seconds };
    case 'RollbackRetried': {
      const parkUnreadable = state.parkUnreadable || event.data.parkUnreadable;
      return { ...state, status: 'running', parkUnreadable };
    }
    case 'RollbackAborted':
    case 'RehearsalAborted':
      return { ...state, status: 'aborted' };
    case 'RollbackCompleted':
    case 'RehearsalCompleted':
      return { ...state, status: 'completed' };
  }
};
