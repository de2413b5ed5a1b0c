import type { EventsOf } from '../../events';
import type { RollbackStep, rollbackEventSchemas } from '../../events/rollback.events';
import { rollbackSteps } from '../../events/rollback.events';

export type RollbackEvent = EventsOf<typeof rollbackEventSchemas>;
type Started = Extract<RollbackEvent, { type: 'RollbackStarted' }>['data'];

export interface RollbackState {
  readonly status: 'absent' | 'running' | 'failed' | 'completed' | 'aborted';
  readonly started: Started | null;
  readonly taken: readonly RollbackStep[];
  /** Of all steps so far, those that failed included. */
  readonly seconds: number;
  readonly parkUnreadable: boolean;
}

export const initialState: RollbackState = {
  ...{ status: 'absent', started: null, taken: [], seconds: 0, parkUnreadable: false },
};

/** The step to take; null where all are taken. */
export const nextStep = ({ taken }: Pick<RollbackState, 'taken'>): RollbackStep | null =>
  rollbackSteps[taken.length] ?? null;

/**
 * running -> (each of nine steps) -> completed
 *    -> (a step fails) failed -> (retried) running
 *    -> (aborted, before it has switched) aborted
 */
export const evolve = (state: RollbackState, event: RollbackEvent): RollbackState => {
  switch (event.type) {
    case 'RollbackStarted':
      return { ...initialState, status: 'running', started: event.data };
    case 'RollbackStepTaken': {
      const { step, seconds } = event.data;
      return { ...state, taken: [...state.taken, step], seconds: state.seconds + seconds };
    }
    case 'RollbackStepFailed':
      return { ...state, status: 'failed', seconds: state.seconds + event.data.seconds };
    case 'RollbackRetried': {
      const parkUnreadable = state.parkUnreadable || event.data.parkUnreadable;
      return { ...state, status: 'running', parkUnreadable };
    }
    case 'RollbackAborted':
      return { ...state, status: 'aborted' };
    case 'RollbackCompleted':
      return { ...state, status: 'completed' };
  }
};
