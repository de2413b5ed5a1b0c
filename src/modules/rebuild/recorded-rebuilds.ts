import { Injectable } from '@nestjs/common';
import { rebuild as rules } from '../../commands/rebuild/rebuild.decider';
import type { RebuildEvent, RebuildState } from '../../commands/rebuild/rebuild.state';
import type { RecordedEvent } from '../../events';
import { LedgerReader } from '../ledger/ledger-reader';
import { eventsOf } from '../ledger/stream-events';

type DataOf<T extends RebuildEvent['type']> = RecordedEvent<T & RecordedEvent['type']>['data'];

/** A rebuild as the ledger has it. */
export interface Rebuild extends RebuildState {
  readonly rebuildId: string;
  readonly started: RecordedEvent<'RebuildStarted'>;
  /** What was said when it was told to go live, last; null where it was not told. */
  readonly requested: DataOf<'RebuildCutOverRequested'> | null;
  /** What it came to, once it is completed. */
  readonly outcome: DataOf<'RebuildCompleted'>['outcome'] | null;
  /** What was said to its last change: why it failed, rests, or was cancelled. */
  readonly reason: string | null;
}

const reasonOf = (event: RebuildEvent): string | null => {
  switch (event.type) {
    case 'RebuildFailed':
      return event.data.cause;
    case 'RebuildPaused':
    case 'RebuildResumed':
    case 'RebuildCancelled':
    case 'RebuildCutOverRequested':
      return event.data.reason;
    case 'RebuildStarted':
    case 'RebuildWaits':
    case 'RebuildCutOver':
    case 'RebuildCompleted':
      return null;
  }
};

/** Whether a rebuild is over without anything of it being live: it can be begun anew. */
export const hasEndedInVain = ({ status }: Pick<Rebuild, 'status'>): boolean =>
  status === 'failed' || status === 'cancelled';

/** Reads rebuilds from the ledger itself: read models may be behind, or just being rebuilt. */
@Injectable()
export class RecordedRebuilds {
  constructor(private readonly reader: LedgerReader) {}

  /** Null where there is none of that id. */
  async find(rebuildId: string): Promise<Rebuild | null> {
    const events = await eventsOf<RebuildEvent>(this.reader, `rebuild-${rebuildId}`);
    const [started] = events;
    const last = events.at(-1);
    if (last === undefined || started?.type !== 'RebuildStarted') return null;
    const requested = events.findLast(({ type }) => type === 'RebuildCutOverRequested');
    const completed = events.findLast(({ type }) => type === 'RebuildCompleted');
    return {
      ...events.reduce<RebuildState>(rules.evolve, rules.initialState),
      rebuildId,
      started,
      reason: reasonOf(last),
      requested: requested?.type === 'RebuildCutOverRequested' ? requested.data : null,
      outcome: completed?.type === 'RebuildCompleted' ? completed.data.outcome : null,
    };
  }
}
