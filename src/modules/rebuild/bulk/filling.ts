import { setImmediate } from 'node:timers/promises';
import type { Client } from 'pg';
import type { RecordedEvent } from '../../../events';
import { eventSchemas } from '../../../events';
import type { EventType } from '../../../events';
import { currentSchemaVersion, decode } from '../../../events/codec';
import type { StoredEvent } from '../../../events/event-metadata';
import { ParkingLot } from '../../../projections/parking-lot';
import { Courtesy } from '../../pacing/courtesy';
import type { Floor } from '../../pacing/floor';
import { Pacer } from '../../pacing/pacer';
import { pause } from '../../pacing/pause';
import { parkingWrites } from '../../projector/parked';
import { namesOf } from '../../reading/events/event-scope';
import type { ClientPair } from '../../database/cancellable-clients';
import type { BulkJob, BulkProgress, BulkShare } from './bulk-job';
import type { BulkTables } from './bulk-tables';
import { History } from './history';
import { LedgerLine } from './ledger-line';
import { conditionSql } from './ledger-slices';
import { filterOf } from './line-filter';
import { MemoryBound } from './memory-bound';
import { ParkedBound } from './parked-bound';
import { Dispatch } from './dispatch';
import { bulkTablesOf } from './tables-of';
import { VoidOfPart } from './void-of-part';

/** Positions that are asked for at a time; the server goes on sending while they are folded. */
const slicePositions = 50_000n;

/** What is read before it is folded: at most this, and at most this share of the memory. */
const largestPart = 1024 ** 2;
const partsInMemory = 64;

const isCurrent = ({ type, schemaVersion }: StoredEvent): boolean =>
  Object.hasOwn(eventSchemas, type) && schemaVersion === currentSchemaVersion(type as EventType);

/** An event in the current shape of its type. @throws UnreadableEvent as `decode` does. */
const read = (event: StoredEvent): RecordedEvent =>
  decode(event instanceof LedgerLine && !isCurrent(event) ? event.plain() : event);

/** A pass meets the ledger in order: what a word names came before it. */
const hasMet = (): boolean => true;

/** A generation that is being filled. */
export interface Filling {
  readonly generation: string;
  readonly tables: BulkTables;
  readonly lot: ParkingLot;
}

/** Generations that are filled in one pass. */
export interface Fillings {
  readonly all: readonly Filling[];
  readonly voidOf: VoidOfPart;
}

export const fillingsOf = async (
  writer: Client,
  { targets, scope }: BulkJob,
): Promise<Fillings> => {
  const voidOf = await VoidOfPart.of(
    writer,
    targets.map(({ generation }) => generation),
  );
  const all = targets.map((target) => {
    const tables = bulkTablesOf(target, scope !== null);
    const { generation, projection } = target;
    const isVoid = voidOf.isVoidFor(generation);
    const lot = new ParkingLot(projection, tables, [], isVoid, hasMet, read);
    return { generation, tables, lot };
  });
  return { all, voidOf };
};

const headSql = `select position from ledger.head`;

/** Commands go first: while the ledger grows, a pass takes half of one core. */
export const courtesyOf = (client: Client, floor?: Floor): Courtesy =>
  new Courtesy(async () => {
    const { rows } = await client.query<{ position: string }>(headSql);
    return rows[0]?.position ?? '';
  }, floor);

/** How the pass is told of, and ended. */
export interface Watch {
  readonly progress: (now: BulkProgress) => void;
  readonly signal: AbortSignal;
}

/** The same, with how it makes room for others. */
interface Paced extends Watch {
  readonly courtesy: Courtesy;
}

/**
 * Folds a share of the ledger; how many events that were.
 *
 * @throws TooManyParked past what a pass keeps of parked events.
 * @throws Error once `signal` is aborted.
 */
export const fold = async (
  { reader, writer }: ClientPair,
  { targets, through, scope, maxEventsPerSecond, memoryBytes, archives }: BulkJob,
  share: BulkShare,
  { all, voidOf }: Fillings,
  { progress, signal, courtesy }: Paced,
): Promise<number> => {
  const projections = targets.map(({ projection }) => projection);
  const names = scope && namesOf(scope);
  const wanted = {
    condition: conditionSql(projections, names, share),
    keeps: filterOf(projections, names, share),
  };
  const memory = new MemoryBound(
    memoryBytes,
    all.map(({ tables }) => tables),
  );
  const partBytes = Math.min(largestPart, memoryBytes / partsInMemory);
  const history = await History.open(reader, archives, wanted, partBytes);
  const lots = all.map(({ lot }) => lot);
  const dispatch = new Dispatch(lots);
  const parked = new ParkedBound(lots);
  const pacer = new Pacer(maxEventsPerSecond);
  const size = BigInt(pacer.portion(Number(slicePositions)));
  const first = (scope?.fromPosition ?? 1n) - 1n;
  let events = 0;
  await courtesy.pass(signal);
  for (let after = first; after < through; after += size) {
    const end = after + size < through ? after + size : through;
    await pause(pacer.delay(Number(end - after)), signal);
    signal.throwIfAborted();
    const slice = { after, through: end };
    for await (const part of history.read(slice)) {
      for (const { tables } of all) await tables.recall(writer, part);
      await voidOf.lookAt(writer, part);
      for (const event of part) dispatch.take(event);
      events += part.length;
      parked.check();
      await memory.keep(writer);
      await courtesy.pass(signal);
    }
    progress({ done: Number(end - first), total: Number(through - first) });
    await setImmediate();
  }
  courtesy.end();
  return events;
};

/** Writes what tables hold to the end, with what is parked; how many rows each table has then. */
export const writeRest = async (
  writer: Client,
  all: readonly Filling[],
  signal: AbortSignal,
  rest: (tables: BulkTables) => Promise<ReadonlyMap<string, number>>,
): Promise<Map<string, number>> => {
  const counts = new Map<string, number>();
  await writer.query('begin');
  for (const { generation, tables, lot } of all) {
    signal.throwIfAborted();
    for (const [table, rows] of await rest(tables)) counts.set(table, rows);
    for (const parking of parkingWrites(generation, lot.changes())) await writer.query(parking);
  }
  await writer.query('commit');
  return counts;
};
