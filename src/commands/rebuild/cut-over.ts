import { refuse } from '../decider';
import type { Refusal } from '../decider';
import type { RebuildState } from './rebuild.state';

export type CutOverRefusal =
  | 'rebuild-never-live'
  | 'rebuild-not-waiting'
  | 'projection-not-rebuilt'
  | 'differences-unexplained';

/** What never goes live, before its end and after it; null for what may. */
export const neverLiveRefusal = ({
  purpose,
}: RebuildState): Refusal<'rebuild-never-live'> | null => {
  switch (purpose) {
    case 'cut-over':
      return null;
    case 'dry-run':
      return refuse('rebuild-never-live', 'a dry run is compared and dropped, and never goes live');
    case 'what-if': {
      const detail = 'a scoped rebuild is a what-if and cannot be taken live: rebuild the whole';
      return refuse('rebuild-never-live', detail);
    }
  }
};

/** What stands against taking a rebuild live that has not ended, and may go live; `accept` are projections whose differences are wanted. */
export const cutOverRefusal = (
  { status, projections, waits }: RebuildState,
  accept: readonly string[],
  howFar: string | null,
): Refusal<CutOverRefusal> | null => {
  const stranger = accept.find((name) => !projections.includes(name));
  if (stranger !== undefined) {
    const detail = `${stranger} is not among what it rebuilds: ${projections.join(', ')}`;
    return refuse('projection-not-rebuilt', detail);
  }
  if (waits === null) {
    const where = howFar === null ? '' : ` (${howFar})`;
    return refuse(
      'rebuild-not-waiting',
      `the rebuild is ${status}${where}; it can go live once it waits`,
    );
  }
  if (waits.why === 'manual') return null;
  const unexplained = waits.projections.filter((name) => !accept.includes(name));
  if (unexplained.length === 0) return null;
  const detail = `${unexplained.join(', ')}: differs from what is live; accept it by name, with a reason, or cancel`;
  return refuse('differences-unexplained', detail);
};
