import { Injectable } from '@nestjs/common';
import { replay as rules } from '../../commands/replay/replay.decider';
import type { ReplayEvent, ReplayState, ReplayStatus } from '../../commands/replay/replay.decider';
import type { RecordedEvent } from '../../events';
import { LedgerReader } from '../ledger/ledger-reader';
import { eventsOf } from '../ledger/stream-events';

/** A replay as the ledger has it. */
export interface Replay {
  readonly replayId: string;
  readonly started: RecordedEvent<'ReplayStarted'>;
  readonly status: ReplayStatus;
  /** What was said to its last change: why it failed, rests, or was cancelled. */
  readonly reason: string | null;
}

const reasonOf = (event: ReplayEvent): string | null => {
  switch (event.type) {
    case 'ReplayFailed':
      return event.data.cause;
    case 'ReplayPaused':
    case 'ReplayResumed':
    case 'ReplayCancelled':
      return event.data.reason;
    case 'ReplayStarted':
    case 'ReplayCompleted':
      return null;
  }
};

/** Reads replays from the ledger itself: read models may be behind. */
@Injectable()
export class RecordedReplays {
  constructor(private readonly reader: LedgerReader) {}

  /** Null where there is none of that id. */
  async find(replayId: string): Promise<Replay | null> {
    const events = await eventsOf<ReplayEvent>(this.reader, `replay-${replayId}`);
    const [started] = events;
    const last = events.at(-1);
    if (last === undefined || started?.type !== 'ReplayStarted') return null;
    const { status } = events.reduce<ReplayState>(rules.evolve, rules.initialState);
    return { replayId, started, status, reason: reasonOf(last) };
  }
}
