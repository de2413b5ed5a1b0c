import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { RecordedEvent } from '../../../events';
import { UnreadableEvent, currentSchemaVersion, decode } from '../../../events/codec';
import { eventSchemas } from '../../../events';
import type { EventType } from '../../../events';
import { FoldFault } from '../../../projections/fold';
import { connect } from '../../database/clients';
import { pause } from '../../database/election';
import { Pacer } from '../../pacing/pacer';
import { namesOf } from '../../reading/events/event-scope';
import type { BulkJob, BulkOutcome, BulkProgress } from './bulk-job';
import { bulkTablesOf } from './bulk-tables';
import type { BulkTable, BulkTables } from './bulk-tables';
import type { LedgerLine } from './ledger-line';
import { conditionSql, readSlice } from './ledger-slices';

/** Positions that are read before whoever else is served has a turn. */
const slicePositions = 2_000n;
const linesAtOnce = 500;

const cancelSql = `select pg_cancel_backend($1)`;

/** A stored event in the current shape of its type. @throws UnreadableEvent as `decode` does. */
const read = (line: LedgerLine): RecordedEvent => {
  const isCurrent =
    Object.hasOwn(eventSchemas, line.type) &&
    line.schemaVersion === currentSchemaVersion(line.type as EventType);
  return isCurrent ? (line as unknown as RecordedEvent) : decode(line.plain());
};

/** An event that a projection cannot apply: the same folds will refuse it, however often they are asked. */
export class BulkRefused extends Error {}

/**
 * Fills the empty tables of generations in one pass over the ledger: folded in memory, by the same
 * folds as live, and each row written once.
 *
 * @throws BulkRefused at the first event that a target cannot apply; an Error when `signal` is
 * aborted or the database goes away. Nothing is written then.
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
    const all = job.targets.map((target) => bulkTablesOf(target, job.scope !== null));
    const events = await fold(client, job, all, progress, signal);
    const tables = all.flatMap((one) => one.tables());
    const rows = await write(client, tables, signal);
    return { events, rows };
  } catch (error) {
    const isRefused = error instanceof FoldFault || error instanceof UnreadableEvent;
    throw isRefused ? new BulkRefused(error.message) : error;
  } finally {
    signal.removeEventListener('abort', cancel);
    await client.end().catch(() => undefined);
  }
};

const fold = async (
  client: Client,
  { targets, through, scope, maxEventsPerSecond }: BulkJob,
  all: readonly BulkTables[],
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
      const event = read(line);
      for (const one of all) one.fold(event);
    });
    progress({ done: Number(end - first), total: Number(through - first) });
    await setImmediate();
  }
  return events;
};

const write = async (
  client: Client,
  tables: readonly BulkTable[],
  signal: AbortSignal,
): Promise<Map<string, number>> => {
  const rows = new Map<string, number>();
  await client.query('begin');
  for (const table of tables) {
    const { name, columns } = table;
    signal.throwIfAborted();
    await client.query(`truncate ${name}`);
    const into = client.query(copyFrom(`copy ${name} (${columns.join(', ')}) from stdin`));
    await pipeline(Readable.from(gathered(table.lines())), into);
    rows.set(name, into.rowCount);
  }
  await client.query('commit');
  return rows;
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
