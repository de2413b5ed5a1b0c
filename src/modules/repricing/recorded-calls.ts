import { Injectable } from '@nestjs/common';
import { decode } from '../../events/codec';
import type { RecordedEvent } from '../../events';
import { idOfStream } from '../../events/event-metadata';
import { eventColumns } from '../ledger/ledger.sql';
import { LedgerReader } from '../ledger/ledger-reader';
import { storedEvent } from '../ledger/stored-event';
import type { EventRow } from '../ledger/stored-event';

/** Executions looked at together: what bounds the memory, by their calls. */
const executionsAtOnce = 50;

// In the order of the index on (stream, version), and from it alone.
const executionsSql = `
select stream from ledger.events
where version = 1 and stream > $1 and starts_with(stream, 'execution-') order by stream limit $2`;

const callsSql = `
select ${eventColumns} from ledger.events
where stream = any ($1::text[]) and type in ('LlmCallRecorded', 'CallsRepriced') order by stream, version`;

/** The calls of one execution and how they were repriced, in order. */
export interface ExecutionCalls {
  readonly executionId: string;
  readonly events: readonly RecordedEvent[];
}

/** Reads the recorded calls of all executions, some executions at a time. */
@Injectable()
export class RecordedCalls {
  constructor(private readonly reader: LedgerReader) {}

  async *pages(signal: AbortSignal): AsyncGenerator<ExecutionCalls[]> {
    for (let after = ''; !signal.aborted;) {
      const { rows } = await this.reader.pool.query<{ stream: string }>(executionsSql, [
        after,
        executionsAtOnce,
      ]);
      const streams = rows.map(({ stream }) => stream);
      const last = streams.at(-1);
      if (last === undefined) return;
      yield await this.callsOf(streams);
      after = last;
    }
  }

  private async callsOf(streams: readonly string[]): Promise<ExecutionCalls[]> {
    const { rows } = await this.reader.pool.query<EventRow>(callsSql, [streams]);
    const byStream = new Map<string, RecordedEvent[]>();
    for (const row of rows) {
      const event = decode(storedEvent(row));
      const events = byStream.get(event.stream);
      if (events === undefined) byStream.set(event.stream, [event]);
      else events.push(event);
    }
    return [...byStream].map(([stream, events]) => ({
      executionId: idOfStream(stream, 'execution'),
      events,
    }));
  }
}
