import type { EventsOf } from '../../events';
import type { rebuildEventSchemas } from '../../events/rebuild.events';

export type RebuildEvent = EventsOf<typeof rebuildEventSchemas>;
type DataOf<T extends RebuildEvent['type']> = Extract<RebuildEvent, { type: T }>['data'];

type RebuildStatus =
  'absent' | 'running' | 'waiting' | 'paused' | 'completed' | 'cancelled' | 'failed';

export interface RebuildState {
  readonly status: RebuildStatus;
  readonly projections: readonly string[];
  /** What it ends with: a generation that goes live, or not. */
  readonly purpose: 'cut-over' | 'dry-run' | 'what-if';
  /** What it waits for; null while it does not wait. */
  readonly waits: DataOf<'RebuildWaits'> | null;
  /** Whether its generations went live. */
  readonly isLive: boolean;
}

export const absent: RebuildState = {
  status: 'absent',
  projections: [],
  purpose: 'cut-over',
  waits: null,
  isLive: false,
};

const purposeOf = ({ dryRun, scope }: DataOf<'RebuildStarted'>): RebuildState['purpose'] => {
  if (dryRun) return 'dry-run';
  return scope === null ? 'cut-over' : 'what-if';
};

/**
 * absent -> running <-> paused
 *           running <-> waiting -> ... -> live -> completed
 *              \-> cancelled, failed (from paused and waiting, too)
 *
 * A cancellation that came too late, when the generations went live at that moment, ends nothing.
 */
export const evolveRebuild = (state: RebuildState, event: RebuildEvent): RebuildState => {
  switch (event.type) {
    case 'RebuildStarted': {
      const { projections } = event.data;
      return { ...absent, status: 'running', projections, purpose: purposeOf(event.data) };
    }
    case 'RebuildResumed':
    case 'RebuildCutOverRequested':
      return { ...state, status: 'running', waits: null };
    case 'RebuildPaused':
      return { ...state, status: 'paused' };
    case 'RebuildWaits':
      return { ...state, status: 'waiting', waits: event.data };
    case 'RebuildCutOver':
      return { ...state, status: 'running', waits: null, isLive: true };
    case 'RebuildCompleted':
      return { ...state, status: 'completed', waits: null };
    case 'RebuildCancelled':
      return { ...state, status: 'cancelled', waits: null };
    case 'RebuildFailed':
      return { ...state, status: 'failed', waits: null };
  }
};

export const isOpen = ({ status }: RebuildState): boolean =>
  status === 'running' || status === 'waiting' || status === 'paused';
