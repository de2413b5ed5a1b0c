import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Pool, QueryConfig, QueryResultRow } from 'pg';
import type { StoredEvent } from '../../events/event-metadata';
import { Voidings } from '../../events/voiding';
import type { VoidingFact } from '../../events/voiding';
import { connectPool } from '../database/clients';
import { DATABASE_URL } from '../database/database.tokens';
import { isOutage } from '../database/outage';
import { LedgerUnavailable } from './ledger-unavailable';
import { eventColumns, voidingsSql } from './ledger.sql';
import { storedEvent } from './stored-event';
import type { EventRow } from './stored-event';

const afterSql = `
select ${eventColumns} from ledger.events where position > $1 order by position limit $2`;

// Until the sum of the data exceeds $3; the first event always, however large it is.
const rowsAfterSql = `
select ${eventColumns} from (
  select ${eventColumns}, sum(octet_length(data::text)) over (order by position) - octet_length(data::text) as before
  from ledger.events where position > $1 order by position limit $2
) e where before < $3 order by position`;

// One snapshot for both: the events that decide, and how far their stream is.
const historySql = `
select coalesce(last.version, 0) as last_version, e.position, asked.stream, e.version, e.event_id, e.type,
  e.schema_version, e.data, e.deployment_id, e.correlation_id, e.causation_id, e.actor, e.occurred_at, e.recorded_at
from unnest($1::text[], $2::integer[]) as asked (stream, after)
left join lateral (
  select version from ledger.events l where l.stream = asked.stream order by l.version desc limit 1
) last on true
left join lateral (
  select ${eventColumns} from ledger.events h
  where h.stream = asked.stream and h.version > asked.after and h.type <> all ($3::text[])
    -- Events from before it was said at all are read, too.
    and (h.type <> all ($5::text[]) or coalesce(h.data ->> 'engages', 'true') = 'true')
  order by h.version limit $4
) e on true
order by asked.stream, e.version`;

const historyPage = 5_000;

/** What is recorded of one stream, without the types its decisions ignore. */
export interface History {
  readonly version: number;
  readonly events: readonly StoredEvent[];
}

/**
 * The read side of the ledger. Every event below the highest position seen is there to be read.
 * While the database is away every method throws LedgerUnavailable.
 */
@Injectable()
export class LedgerReader implements OnApplicationShutdown {
  readonly pool: Pool;

  constructor(@Inject(DATABASE_URL) url: string) {
    this.pool = connectPool(url, 8);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /** At most `limit` events behind `position`, in order. */
  async after(position: bigint, limit: number): Promise<StoredEvent[]> {
    const rows = await this.ask<EventRow>({
      name: 'after',
      text: afterSql,
      values: [position, limit],
    });
    return rows.map(storedEvent);
  }

  /**
   * At most `limit` events behind `position`, in order, as they are stored: their data is text. No
   * more than about `bytes` of data, so that large events do not fill the memory.
   */
  async rowsAfter(position: bigint, limit: number, bytes: number): Promise<EventRow[]> {
    const rows = await this.ask<EventRow>({
      name: 'rows-after',
      text: rowsAfterSql,
      values: [position, limit, bytes],
    });
    return rows;
  }

  /** The last position of the ledger; 0 while it is empty. */
  async end(): Promise<bigint> {
    const rows = await this.ask<{ position: string }>({ text: 'select position from ledger.head' });
    return BigInt(rows[0]?.position ?? 0);
  }

  /** What is void as of now. */
  async voidings(): Promise<Voidings> {
    const rows = await this.ask<Omit<VoidingFact, 'position'> & { position: string }>({
      name: 'voidings',
      text: voidingsSql,
    });
    return new Voidings(rows.map((row) => ({ ...row, position: BigInt(row.position) })));
  }

  /**
   * The histories of several streams; one that does not exist is at version 0. Of skimmed types come
   * those events alone whose data says `engages`.
   */
  async histories(
    streams: readonly string[],
    ignoredTypes: readonly string[],
    skimmedTypes: readonly string[] = [],
  ): Promise<Map<string, History>> {
    const found = new Map<string, { version: number; events: StoredEvent[] }>();
    let asked = streams.map((stream) => ({ stream, after: 0 }));
    while (asked.length > 0) {
      const rows = await this.ask<EventRow & { last_version: number }>({
        name: 'histories',
        text: historySql,
        values: [
          asked.map(({ stream }) => stream),
          asked.map(({ after }) => after),
          ignoredTypes,
          historyPage,
          skimmedTypes,
        ],
      });
      const counts = new Map<string, number>();
      for (const row of rows) {
        const history = found.get(row.stream) ?? { version: 0, events: [] };
        found.set(row.stream, history);
        history.version = row.last_version;
        if ((row.position as string | null) === null) continue;
        history.events.push(storedEvent(row));
        counts.set(row.stream, (counts.get(row.stream) ?? 0) + 1);
      }
      asked = [...counts]
        .filter(([, count]) => count === historyPage)
        .map(([stream]) => ({ stream, after: found.get(stream)?.events.at(-1)?.version ?? 0 }));
    }
    return found;
  }

  /** One statement of whoever asks. */
  async ask<Row extends QueryResultRow>(query: QueryConfig): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>(query)).rows;
    } catch (error) {
      if (!isOutage(error)) throw error;
      throw new LedgerUnavailable('the database is not reachable', { cause: error });
    }
  }
}
