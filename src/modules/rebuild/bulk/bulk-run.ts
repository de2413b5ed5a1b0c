import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { RecordedEvent } from '../../../events';
import { currentSchemaVersion, decode } from '../../../events/codec';
import { eventSchemas } from '../../../events';
import type { EventType } from '../../../events';
import type { StoredEvent } from '../../../events/event-metadata';
import { ParkingLot } from '../../../projections/parking-lot';
import { connect } from '../../database/clients';
import { pause } from '../../database/election';
import { Pacer } from '../../pacing/pacer';
import { parkingWrites } from '../../projector/parked';
import { namesOf } from '../../reading/events/event-scope';
import type { BulkJob, BulkOutcome, BulkProgress, BulkTarget } from './bulk-job';
import { bulkTablesOf } from './bulk-tables';
import type { BulkTable, BulkTables } from './bulk-tables';
import { LedgerLine } from './ledger-line';
import { conditionSql, readSlice } from './ledger-slices';

/** Positions that are asked for at a time; the server goes on sending while they are folded. */
const slicePositions = 50_000n;
const linesAtOnce = 500;

const cancelSql = `select pg_cancel_backend($1)`;

const isCurrent = ({ type, schemaVersion }: StoredEvent): boolean =>
  Object.hasOwn(eventSchemas, type) && schemaVersion === currentSchemaVersion(type as EventType);

/** An event in the current shape of its type. @throws UnreadableEvent as `decode` does. */
const read = (event: StoredEvent): RecordedEvent =>
  decode(event instanceof LedgerLine && !isCurrent(event) ? event.plain() : event);

/** A generation that is being filled. */
interface Filling {
  readonly generation: string;
  readonly rows: BulkTables;
  readonly lot: ParkingLot;
}

const fillingOf = (target: BulkTarget, isPart: boolean): Filling => {
  const rows = bulkTablesOf(target, isPart);
  const { generation, projection } = target;
  return { generation, rows, lot: new ParkingLot(projection, rows, [], read) };
};

/**
 * Fills the empty tables of generations in one pass over the ledger: folded in memory, by the same
 * folds as live, and each row written once. What a target cannot apply it has parked then.
 *
 * @throws Error when `signal` is aborted or the database goes away. Nothing is written then.
 */
export const runBulk = async (
  url: string,
  job: BulkJob,
  progress: (now: BulkProgress) => void,
  signal: AbortSignal,
): Promise<BulkOutcome> => {
  const client = await connect(url);
  const cancel = (): void => void cancelAt(url, client);
  signal.addEventListener('abort', cancel);
  try {
    signal.throwIfAborted();
    const all = job.targets.map((target) => fillingOf(target, job.scope !== null));
    const events = await fold(client, job, all, progress, signal);
    const rows = await write(client, all, signal);
    return { events, rows };
  } finally {
    signal.removeEventListener('abort', cancel);
    await client.end().catch(() => undefined);
  }
};

const fold = async (
  client: Client,
  { targets, through, scope, maxEventsPerSecond }: BulkJob,
  all: readonly Filling[],
  progress: (now: BulkProgress) => void,
  signal: AbortSignal,
): Promise<number> => {
  const projections = targets.map(({ projection }) => projection);
  const condition = conditionSql(projections, scope && namesOf(scope));
  const pacer = new Pacer(maxEventsPerSecond);
  const size = BigInt(pacer.portion(Number(slicePositions)));
  const first = (scope?.fromPosition ?? 1n) - 1n;
  let events = 0;
  for (let after = first; after < through; after += size) {
    const end = after + size < through ? after + size : through;
    await pause(pacer.delay(Number(end - after)), signal);
    signal.throwIfAborted();
    await readSlice(client, condition, { after, through: end }, (line) => {
      events += 1;
      for (const { lot } of all) lot.take(line);
    });
    progress({ done: Number(end - first), total: Number(through - first) });
    await setImmediate();
  }
  return events;
};

const clearSql = `delete from ops.parked where generation = $1`;

const write = async (
  client: Client,
  all: readonly Filling[],
  signal: AbortSignal,
): Promise<Map<string, number>> => {
  const counts = new Map<string, number>();
  await client.query('begin');
  for (const { generation, rows, lot } of all) {
    for (const table of rows.tables()) {
      signal.throwIfAborted();
      counts.set(table.name, await copyInto(client, table));
    }
    await client.query(clearSql, [generation]);
    for (const parking of parkingWrites(generation, lot.changes())) await client.query(parking);
  }
  await client.query('commit');
  return counts;
};

/** How many rows it came to. */
const copyInto = async (client: Client, table: BulkTable): Promise<number> => {
  const { name, columns } = table;
  await client.query(`truncate ${name}`);
  const into = client.query(copyFrom(`copy ${name} (${columns.join(', ')}) from stdin`));
  await pipeline(Readable.from(gathered(table.lines())), into);
  return into.rowCount;
};

/** Ends what the server is at for a client. */
const cancelAt = async (url: string, client: Client): Promise<void> => {
  const { processID } = client as unknown as { readonly processID: number };
  const other = await connect(url).catch(() => null);
  await other?.query(cancelSql, [processID]).catch(() => undefined);
  await other?.end().catch(() => undefined);
};

/** Lines some at a time, with turns for others in between. */
async function* gathered(lines: Iterable<string>): AsyncGenerator<string> {
  let text = '';
  let count = 0;
  for (const line of lines) {
    text += line;
    count += 1;
    if (count % linesAtOnce !== 0) continue;
    yield text;
    text = '';
    await setImmediate();
  }
  if (text !== '') yield text;
}
