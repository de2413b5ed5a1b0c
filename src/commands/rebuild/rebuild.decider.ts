import { refuse } from '../decider';
import type { Decider, Refusal } from '../decider';
import { recordedScope } from '../scope';
import type { Scope } from '../scope';
import { cutOverRefusal, neverLiveRefusal } from './cut-over';
import type { CutOverRefusal } from './cut-over';
import type { RebuildCommand } from './rebuild.commands';
import { absent, evolveRebuild, isOpen } from './rebuild.state';
import type { RebuildEvent, RebuildState } from './rebuild.state';

type RebuildRefusal =
  | CutOverRefusal
  | 'rebuild-already-started'
  | 'rebuild-not-a-what-if'
  | 'rebuild-ended'
  | 'rebuild-under-way'
  | 'rebuild-paused'
  | 'rebuild-waiting'
  | 'rebuild-live';

/** A rebuild that has not ended. */
interface UnderWay {
  readonly rebuildId: string;
  readonly projections: readonly string[];
}

/** What a rebuild knows besides its own stream. */
export interface RebuildContext {
  /** All others; they do not change while it is decided. */
  readonly underWay: readonly UnderWay[];
  /** How far it is, in words; null where nobody looked. */
  readonly howFar: string | null;
}

const whole = (scope: Scope): boolean =>
  Object.entries(scope).every(
    ([name, bound]) => bound === undefined || (name === 'fromPosition' && Number(bound) <= 1),
  );

/** One of `projections` that another rebuild is at work on. */
const underWayRefusal = (
  projections: readonly string[],
  { underWay }: RebuildContext,
): Refusal<RebuildRefusal> | null => {
  for (const { rebuildId, projections: taken } of underWay) {
    const both = projections.find((name) => taken.includes(name));
    if (both === undefined) continue;
    const detail = `rebuild ${rebuildId} of ${both} is under way: wait for its end, or cancel it`;
    return refuse('rebuild-under-way', detail);
  }
  return null;
};

const ended = ({ status }: RebuildState): Refusal<RebuildRefusal> =>
  refuse('rebuild-ended', `the rebuild is ${status}, which is final`);

const waiting = (): Refusal<RebuildRefusal> =>
  refuse('rebuild-waiting', 'the rebuild is built and waits: cut it over, or cancel it');

const live = (): Refusal<RebuildRefusal> =>
  refuse('rebuild-live', 'the rebuild is live already: revert its projections to go back');

export const rebuild: Decider<
  RebuildState,
  RebuildCommand,
  RebuildEvent,
  RebuildRefusal,
  RebuildContext
> = {
  initialState: absent,
  evolve: evolveRebuild,
  decide: (command, state, context) => {
    const { status } = state;
    const reason = 'reason' in command ? (command.reason ?? null) : null;
    switch (command.type) {
      case 'StartRebuild': {
        const { projections, cutover, dryRun, scope, maxEventsPerSecond = null, without } = command;
        const from = command.fromArchive === true ? { fromArchive: true } : {};
        if (status !== 'absent') {
          return refuse('rebuild-already-started', `the rebuild is ${status}`);
        }
        const refusal = underWayRefusal(projections, context);
        if (refusal !== null) return refusal;
        const bounds = whole(scope) ? null : recordedScope(scope);
        if (without !== undefined && (!dryRun || bounds !== null)) {
          const detail = `what leaves out the work of ${without} never goes live: ask for a dry run of the whole`;
          return refuse('rebuild-not-a-what-if', detail);
        }
        const data = {
          projections,
          cutover,
          dryRun,
          scope: bounds,
          maxEventsPerSecond,
          ...(without === undefined ? {} : { without }),
          ...from,
        };
        return [{ type: 'RebuildStarted', data }];
      }
      case 'PauseRebuild':
        if (status === 'paused') return [];
        if (!isOpen(state)) return ended(state);
        if (status === 'waiting') return waiting();
        return [{ type: 'RebuildPaused', data: { reason } }];
      case 'ResumeRebuild':
        if (status === 'running') return [];
        if (!isOpen(state)) return ended(state);
        if (status === 'waiting') return waiting();
        return [{ type: 'RebuildResumed', data: { reason } }];
      case 'CancelRebuild':
        if (status === 'cancelled') return [];
        if (!isOpen(state)) return ended(state);
        if (state.isLive) return live();
        return [{ type: 'RebuildCancelled', data: { reason } }];
      case 'CutOverRebuild': {
        const never = neverLiveRefusal(state);
        if (never !== null) return never;
        if (!isOpen(state)) return ended(state);
        if (state.isLive) return [];
        const refusal = cutOverRefusal(state, command.accept, context.howFar);
        if (refusal !== null) return refusal;
        return [{ type: 'RebuildCutOverRequested', data: { accept: command.accept, reason } }];
      }
      case 'HoldRebuild': {
        const { why, projections } = command;
        if (status === 'waiting') return [];
        if (!isOpen(state)) return ended(state);
        if (status === 'paused') return refuse('rebuild-paused', 'the rebuild rests');
        return [{ type: 'RebuildWaits', data: { why, projections } }];
      }
      case 'RecordCutOver': {
        // It happened: a cancellation that came at the same time changes nothing of that.
        if (state.isLive) return [];
        if (!isOpen(state) && status !== 'cancelled') return ended(state);
        return [{ type: 'RebuildCutOver', data: { generations: command.generations } }];
      }
      case 'CompleteRebuild': {
        const { outcome, summary } = command;
        if (status === 'completed') return [];
        if (!isOpen(state)) return ended(state);
        return [{ type: 'RebuildCompleted', data: { outcome, summary } }];
      }
      case 'FailRebuild':
        if (status === 'failed') return [];
        if (!isOpen(state)) return ended(state);
        return [{ type: 'RebuildFailed', data: { cause: command.cause } }];
    }
  },
};
