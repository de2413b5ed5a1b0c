import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { serveTasks } from '../tasks';

/*
 * The baseline of the bulk route: the rows that it has just written, taken out of the ledger and put
 * into its twin by one COPY in one transaction. Reading them out is not measured.
 */

const columns = `position, stream, version, event_id, type, schema_version, data, deployment_id,
  correlation_id, causation_id, actor, occurred_at, recorded_at, digest`;

const atOnce = 64 * 1024;

let client: Client | null = null;
let taken: readonly Buffer[] = [];

const connected = (): Client => {
  if (client === null) throw new Error('open comes first');
  return client;
};

/** The rows behind `position` in PostgreSQL's text format, in pieces of the size of a write. */
const rowsAfter = async (position: number): Promise<Buffer[]> => {
  const select = `select ${columns} from ledger.events where position > ${String(position)} order by position`;
  const pieces: Buffer[] = [];
  let piece: Buffer[] = [];
  let size = 0;
  const cut = (): void => {
    if (size > 0) pieces.push(Buffer.concat(piece));
    piece = [];
    size = 0;
  };
  for await (const row of connected().query(
    copyTo(`copy (${select}) to stdout`),
  ) as AsyncIterable<Buffer>) {
    piece.push(Buffer.from(row));
    size += row.length;
    if (size >= atOnce) cut();
  }
  cut();
  return pieces;
};

const copyInto = async (table: string, pieces: readonly Buffer[]): Promise<number> => {
  const copying = connected().query(copyFrom(`copy ${table} (${columns}) from stdin`));
  await pipeline(Readable.from(pieces), copying);
  return copying.rowCount;
};

const tasks = {
  open: async ({ url }: { readonly url: string }): Promise<void> => {
    client = new Client({ connectionString: url });
    await client.connect();
  },

  /** Takes the rows behind a position into memory. */
  take: async ({ after }: { readonly after: number }): Promise<void> => {
    taken = await rowsAfter(after);
  },

  /** Copies what was taken into the twin; tells the rows and the seconds of the COPY and its commit. */
  copy: async ({
    table,
  }: {
    readonly table: string;
  }): Promise<{ rows: number; seconds: number }> => {
    const started = performance.now();
    await connected().query('begin');
    const rows = await copyInto(table, taken);
    await connected().query('commit');
    return { rows, seconds: (performance.now() - started) / 1000 };
  },
};

export type RawCopy = typeof tasks;

serveTasks(tasks);
