import type { EventsOf } from '../../events';
import type { replayEventSchemas } from '../../events/replay.events';
import { refuse } from '../decider';
import type { Decider, Refusal } from '../decider';
import { recordedScope } from '../scope';
import type { ReplayCommand } from './replay.commands';
import { targetRefusal } from './target';
import type { ReplayContext, TargetRefusal } from './target';

export type ReplayEvent = EventsOf<typeof replayEventSchemas>;
type ReplayRefusal = TargetRefusal | 'replay-already-started' | 'replay-ended';

export type ReplayStatus = 'absent' | 'running' | 'paused' | 'completed' | 'cancelled' | 'failed';

export interface ReplayState {
  readonly status: ReplayStatus;
}

const ended = (status: ReplayStatus): Refusal<ReplayRefusal> =>
  refuse('replay-ended', `the replay is ${status}, which is final`);

/**
 * absent -> running <-> paused
 *              \-> completed, cancelled, failed (from paused, too)
 */
export const replay: Decider<
  ReplayState,
  ReplayCommand,
  ReplayEvent,
  ReplayRefusal,
  ReplayContext
> = {
  initialState: { status: 'absent' },
  evolve: (_state, event) => {
    switch (event.type) {
      case 'ReplayStarted':
      case 'ReplayResumed':
        return { status: 'running' };
      case 'ReplayPaused':
        return { status: 'paused' };
      case 'ReplayCancelled':
        return { status: 'cancelled' };
      case 'ReplayCompleted':
        return { status: 'completed' };
      case 'ReplayFailed':
        return { status: 'failed' };
    }
  },
  decide: (command, { status }, context) => {
    const isOpen = status === 'running' || status === 'paused';
    switch (command.type) {
      case 'StartReplay': {
        const { topic, scope, maxEventsPerSecond = null } = command;
        if (status !== 'absent') {
          return refuse('replay-already-started', `the replay is ${status}`);
        }
        const refusal = targetRefusal(topic, context);
        if (refusal !== null) return refusal;
        const data = { topic, scope: recordedScope(scope), maxEventsPerSecond };
        return [{ type: 'ReplayStarted', data }];
      }
      case 'PauseReplay':
        if (status === 'paused') return [];
        if (!isOpen) return ended(status);
        return [{ type: 'ReplayPaused', data: { reason: command.reason ?? null } }];
      case 'ResumeReplay':
        if (status === 'running') return [];
        if (!isOpen) return ended(status);
        return [{ type: 'ReplayResumed', data: { reason: command.reason ?? null } }];
      case 'CancelReplay':
        if (status === 'cancelled') return [];
        if (!isOpen) return ended(status);
        return [{ type: 'ReplayCancelled', data: { reason: command.reason ?? null } }];
      case 'CompleteReplay': {
        if (status === 'completed') return [];
        if (!isOpen) return ended(status);
        const { sent, lastPosition } = command;
        return [{ type: 'ReplayCompleted', data: { sent, lastPosition } }];
      }
      case 'FailReplay': {
        if (status === 'failed') return [];
        if (!isOpen) return ended(status);
        const { cause, sent, lastPosition } = command;
        return [{ type: 'ReplayFailed', data: { cause, sent, lastPosition } }];
      }
    }
  },
};
