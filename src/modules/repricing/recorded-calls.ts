import { Injectable } from '@nestjs/common';
import { streamOf } from '../../commands/aggregate';
import { decode } from '../../events/codec';
import type { RecordedEvent } from '../../events';
import { idOfStream } from '../../events/event-metadata';
import { VoidInOrder } from '../../events/voiding';
import type { Voidings } from '../../events/voiding';
import { eventColumns } from '../ledger/ledger.sql';
import { LedgerReader } from '../ledger/ledger-reader';
import { storedEvent } from '../ledger/stored-event';
import type { EventRow } from '../ledger/stored-event';

/** What bounds the memory: executions looked at together, by their number and by their events. */
const executionsAtOnce = 50;
const eventsAtOnce = 5_000;

// In the order of the index on (stream, version), and from it alone.
const executionsSql = `
select stream, last.version as events from ledger.events first
cross join lateral (
  select version from ledger.events l where l.stream = first.stream order by l.version desc limit 1
) last
where first.version = 1 and stream > $1 and starts_with(stream, 'execution-') order by stream limit $2`;

const repricedBy = ['LlmCallRecorded', 'CallsRepriced'];

const callsSql = `
select ${eventColumns} from ledger.events
where stream = any ($1::text[]) and (version = 1 or type = any ($2::text[]))
order by stream, version`;

/** The calls of one execution that count and how they were repriced, in order, behind how it began. */
export interface ExecutionCalls {
  readonly executionId: string;
  readonly events: readonly RecordedEvent[];
  /** As of which voiding fact calls were left out. */
  readonly epoch: bigint;
}

interface Extent {
  readonly stream: string;
  readonly events: number;
}

/** As many streams as have no more than `eventsAtOnce` events together; the first one always. */
const fitting = (extents: readonly Extent[]): string[] => {
  let sum = 0;
  return extents
    .filter(({ events }, index) => (sum += events) <= eventsAtOnce || index === 0)
    .map(({ stream }) => stream);
};

/** Reads the recorded calls of all executions, some executions at a time. */
@Injectable()
export class RecordedCalls {
  constructor(private readonly reader: LedgerReader) {}

  /** What is void is left out: what it cost stays as it was billed. */
  async *pages(signal: AbortSignal): AsyncGenerator<ExecutionCalls[]> {
    for (let after = ''; !signal.aborted;) {
      const voidings = await this.reader.voidings(); // of each page: work may be void since the last
      const { rows } = await this.reader.pool.query<Extent>(executionsSql, [
        after,
        executionsAtOnce,
      ]);
      const streams = fitting(rows);
      const last = streams.at(-1);
      if (last === undefined) return;
      yield await this.callsOf(streams, voidings);
      after = last;
    }
  }

  /** Those of one execution, as of now. */
  async again(executionId: string): Promise<ExecutionCalls> {
    const voidings = await this.reader.voidings();
    const [calls] = await this.callsOf([streamOf('execution', executionId)], voidings);
    return calls ?? { executionId, events: [], epoch: voidings.epoch };
  }

  private async callsOf(streams: readonly string[], voidings: Voidings): Promise<ExecutionCalls[]> {
    const work = new VoidInOrder(voidings);
    const { rows } = await this.reader.pool.query<EventRow>(callsSql, [streams, repricedBy]);
    const byStream = new Map<string, RecordedEvent[]>();
    for (const row of rows) {
      const stored = storedEvent(row);
      if (work.isVoid(stored) || !repricedBy.includes(row.type)) continue;
      const event = decode(stored);
      const events = byStream.get(event.stream);
      if (events === undefined) byStream.set(event.stream, [event]);
      else events.push(event);
    }
    return [...byStream].map(([stream, events]) => ({
      executionId: idOfStream(stream, 'execution'),
      events,
      epoch: voidings.epoch,
    }));
  }
}
