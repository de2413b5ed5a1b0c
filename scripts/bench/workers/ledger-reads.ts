import { finished } from 'node:stream/promises';
import { writeFile } from 'node:fs/promises';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { decode } from '../../../src/events/codec';
import { connect } from '../../../src/modules/database/clients';
import { eventColumns } from '../../../src/modules/ledger/ledger.sql';
import { storedEvent } from '../../../src/modules/ledger/stored-event';
import type { EventRow } from '../../../src/modules/ledger/stored-event';
import { storeOf } from '../../../src/modules/projector/store';
import type { Store } from '../../../src/modules/projector/store';
import { createTablesSql } from '../../../src/modules/projector/table';
import { lineColumns } from '../../../src/modules/rebuild/bulk/ledger-line';
import { whole } from '../../../src/modules/rebuild/bulk/bulk-job';
import { conditionSql } from '../../../src/modules/rebuild/bulk/ledger-slices';
import { projections } from '../../../src/projections';
import { concerns } from '../../../src/projections/parking-lot';
import type { Projection } from '../../../src/projections/projection';
import { serveTasks } from '../tasks';

/*
 * The baselines of whatever goes through the whole ledger: its rows brought to the client and looked at
 * no further, and read models folded event by event, as the usual libraries do.
 */

export interface Part {
  /** The read models that are asked about; all events where it is null. */
  readonly names: readonly string[] | null;
  /** The last position, included. */
  readonly through: number;
}

export interface Reading {
  readonly events: number;
  readonly seconds: number;
}

/** Events that are taken together, in one transaction. */
const batchSize = 100;

let opened: Client | null = null;

const client = (): Client => {
  if (opened === null) throw new Error('open comes first');
  return opened;
};

const named = (names: readonly string[]): Projection[] =>
  projections.filter(({ name }) => names.includes(name));

const condition = (names: Part['names']): string =>
  names === null ? 'true' : conditionSql(named(names), null, whole);

const batchSql = (names: readonly string[]): string => `
select ${eventColumns} from ledger.events
where position > $1 and position <= $2 and ${condition(names)} order by position limit ${batchSize}`;

const streamsSql = `
select ${eventColumns} from ledger.events where stream = any ($1::text[]) order by stream, version`;

/** Has each event of a batch read the rows that it changes, and write them. */
const applyEach = async (
  rows: readonly EventRow[],
  stores: ReadonlyMap<Projection, Store>,
): Promise<void> => {
  await client().query('begin');
  for (const event of rows.map(storedEvent)) {
    for (const [projection, store] of stores) {
      if (!concerns(projection, event)) continue;
      const folded = await store.read(client(), new Set([event.stream]));
      folded.fold(decode(event));
      for (const write of folded.writes()) await client().query(write);
    }
  }
  await client().query('commit');
};

const tasks = {
  open: async ({ url }: { readonly url: string }): Promise<void> => {
    opened = await connect(url);
  },

  /** Brings the rows by one COPY. */
  copy: async ({ names, through }: Part): Promise<Reading> => {
    const started = performance.now();
    const copying = client().query(
      copyTo(`copy (select ${lineColumns} from ledger.events
where position <= ${String(through)} and ${condition(names)} order by position) to stdout`),
    );
    await finished(copying.resume());
    return { events: copying.rowCount, seconds: (performance.now() - started) / 1000 };
  },

  /** Writes whole streams to a file, one after the other, as JSON lines. */
  write: async ({
    streams,
    file,
  }: {
    readonly streams: readonly string[];
    readonly file: string;
  }) => {
    const { rows } = await client().query<EventRow>(streamsSql, [streams]);
    const lines = rows.map(storedEvent).map((event) => {
      return `${JSON.stringify({ ...decode(event), position: String(event.position) })}\n`;
    });
    await writeFile(file, lines.join(''));
  },

  /** Folds the events one by one into new tables, each with one upsert to a table. */
  foldOneByOne: async ({ names, through, schema }: Part & { readonly schema: string }) => {
    const all = named(names ?? []);
    await client().query(`create schema ${schema}`);
    for (const projection of all)
      for (const sql of createTablesSql(schema, projection)) await client().query(sql);
    const stores = new Map(all.map((one) => [one, storeOf(one, schema)]));
    const sql = batchSql(names ?? []);
    const started = performance.now();
    let events = 0;
    for (let after = '0'; ;) {
      const { rows } = await client().query<EventRow>(sql, [after, through]);
      const last = rows.at(-1);
      if (last === undefined) break;
      await applyEach(rows, stores);
      events += rows.length;
      after = last.position;
    }
    return { events, seconds: (performance.now() - started) / 1000 } satisfies Reading;
  },
};

export type LedgerReads = typeof tasks;

serveTasks(tasks);
