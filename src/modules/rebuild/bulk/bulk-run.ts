import { setImmediate } from 'node:timers/promises';
import type { Client } from 'pg';
import type { RecordedEvent } from '../../../events';
import { currentSchemaVersion, decode } from '../../../events/codec';
import { eventSchemas } from '../../../events';
import type { EventType } from '../../../events';
import type { StoredEvent } from '../../../events/event-metadata';
import { nothingVoid } from '../../../events/voiding';
import { ParkingLot, orderIn } from '../../../projections/parking-lot';
import { pause } from '../../database/election';
import { Pacer } from '../../pacing/pacer';
import { parkingWrites } from '../../projector/parked';
import { VoidWork, voidingsAt } from '../../projector/void-work';
import { namesOf } from '../../reading/events/event-scope';
import { withClients } from './bulk-clients';
import type { BulkClients } from './bulk-clients';
import type { BulkJob, BulkOutcome, BulkProgress, BulkTarget } from './bulk-job';
import type { BulkTables } from './bulk-tables';
import { LedgerLine } from './ledger-line';
import { conditionSql, readSlice } from './ledger-slices';
import { MemoryBound } from './memory-bound';
import { bulkTablesOf } from './tables-of';

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

/** A generation that is being filled. */
interface Filling {
  readonly generation: string;
  readonly tables: BulkTables;
  readonly lot: ParkingLot;
  readonly work: VoidWork;
  /** Of the part of the ledger that is being folded. */
  isVoid: (event: StoredEvent) => boolean;
}

const fillingOf = (target: BulkTarget, isPart: boolean, work: VoidWork): Filling => {
  const tables = bulkTablesOf(target, isPart);
  const { generation, projection } = target;
  const isVoid = (event: StoredEvent): boolean => filling.isVoid(event);
  const lot = new ParkingLot(projection, tables, [], isVoid, read);
  const filling: Filling = { generation, tables, lot, work, isVoid: () => false };
  return filling;
};

const epochsSql = `select id, epoch from ops.generations where id = any ($1::text[])`;

/** What is void for each generation; those of one epoch share it. */
const workOf = async (
  writer: Client,
  targets: readonly BulkTarget[],
): Promise<Map<string, VoidWork>> => {
  const ids = targets.map(({ generation }) => generation);
  const epochs = await askOf(writer)<{ id: string; epoch: string }>(epochsSql, [ids]);
  const byEpoch = new Map<string, VoidWork>();
  const works = new Map<string, VoidWork>();
  for (const { id, epoch } of epochs) {
    const voidings = await voidingsAt(askOf(writer), BigInt(epoch));
    const work = byEpoch.get(epoch) ?? new VoidWork(voidings);
    byEpoch.set(epoch, work);
    works.set(id, work);
  }
  return works;
};

const askOf =
  (client: Client): Parameters<typeof voidingsAt>[0] =>
  async (text, values) =>
    (await client.query(text, values)).rows as never;

/** Looks up how streams of a part of the ledger began, once for all generations of an epoch. */
const lookAt = async (
  writer: Client,
  all: readonly Filling[],
  part: readonly StoredEvent[],
): Promise<void> => {
  for (const work of new Set(all.map((filling) => filling.work))) {
    // What was parked before is tried again when somebody says so.
    const ordered = work.any ? part.flatMap((event) => orderIn(event)?.data.stream ?? []) : [];
    const isVoid = await work.among(askOf(writer), part, ordered);
    for (const filling of all) if (filling.work === work) filling.isVoid = isVoid;
  }
};

/**
 * Fills the tables of generations in one pass over the ledger: folded in memory, by the same folds
 * as live, and each row written once; beyond a bound of memory, to be added to or taken back. What a
 * target cannot apply it has parked then. What is in the tables before is not kept.
 *
 * @throws Error when `signal` is aborted or the database goes away. Rows may be left then.
 */
export const runBulk = (
  url: string,
  job: BulkJob,
  progress: (now: BulkProgress) => void,
  signal: AbortSignal,
): Promise<BulkOutcome> =>
  withClients(url, signal, async (clients) => {
    const works = await workOf(clients.writer, job.targets);
    const all = job.targets.map((target) =>
      fillingOf(
        target,
        job.scope !== null,
        works.get(target.generation) ?? new VoidWork(nothingVoid),
      ),
    );
    await begin(clients.writer, all);
    const events = await fold(clients, job, all, progress, signal);
    const rows = await finish(clients.writer, all, signal);
    return { events, rows };
  });

// Held on the session that writes: whoever lost the office of rebuilds may still be at it.
const lockSql = `
select pg_advisory_lock(hashtextextended(generation, 7306101119)) from unnest($1::text[]) as generation`;
const unparkSql = `delete from ops.parked where generation = any ($1::text[])`;

const begin = async (writer: Client, all: readonly Filling[]): Promise<void> => {
  const generations = all.map(({ generation }) => generation);
  await writer.query(lockSql, [generations]);
  await writer.query('begin');
  for (const { tables } of all) await tables.clear(writer);
  await writer.query(unparkSql, [generations]);
  await writer.query('commit');
};

const fold = async (
  { reader, writer }: BulkClients,
  { targets, through, scope, maxEventsPerSecond, memoryBytes }: BulkJob,
  all: readonly Filling[],
  progress: (now: BulkProgress) => void,
  signal: AbortSignal,
): Promise<number> => {
  const projections = targets.map(({ projection }) => projection);
  const condition = conditionSql(projections, scope && namesOf(scope));
  const memory = new MemoryBound(
    memoryBytes,
    all.map(({ tables }) => tables),
  );
  const partBytes = Math.min(largestPart, memoryBytes / partsInMemory);
  const pacer = new Pacer(maxEventsPerSecond);
  const size = BigInt(pacer.portion(Number(slicePositions)));
  const first = (scope?.fromPosition ?? 1n) - 1n;
  let events = 0;
  for (let after = first; after < through; after += size) {
    const end = after + size < through ? after + size : through;
    await pause(pacer.delay(Number(end - after)), signal);
    signal.throwIfAborted();
    const slice = { after, through: end };
    for await (const part of readSlice(reader, condition, slice, partBytes)) {
      for (const { tables } of all) await tables.recall(writer, part);
      await lookAt(writer, all, part);
      for (const event of part) for (const { lot } of all) lot.take(event);
      events += part.length;
      await memory.keep(writer);
    }
    progress({ done: Number(end - first), total: Number(through - first) });
    await setImmediate();
  }
  return events;
};

const finish = async (
  writer: Client,
  all: readonly Filling[],
  signal: AbortSignal,
): Promise<Map<string, number>> => {
  const counts = new Map<string, number>();
  await writer.query('begin');
  for (const { generation, tables, lot } of all) {
    signal.throwIfAborted();
    for (const [table, rows] of await tables.finish(writer)) counts.set(table, rows);
    for (const parking of parkingWrites(generation, lot.changes())) await writer.query(parking);
  }
  await writer.query('commit');
  return counts;
};
