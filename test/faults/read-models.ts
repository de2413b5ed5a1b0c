/* What the read models have to hold, folded from the ledger's rows, beside what they do hold. */
import type { Client } from 'pg';
import { decode } from '../../src/events/codec';
import type { RecordedEvent } from '../../src/events';
import { foldEntity, foldSunk, foldTotals, keyText, owns } from '../../src/projections/fold';
import type { EntityRow, TotalsDelta } from '../../src/projections/fold';
import { projections } from '../../src/projections';
import type { Entity, Projection, Totals } from '../../src/projections/projection';
import { partitionOf } from '../../src/modules/projector/partition';
import { sqlName } from '../../src/modules/projector/table';
import { eventually } from '../harness/eventually';
import { voidIn } from '../harness/voided-work';
import { readEnd, readLedger } from './ledger-rows';
import type { EventRow, LedgerRows } from './ledger-rows';
import { connectPatiently } from './patient-connection';

type Rows = ReadonlyMap<string, unknown>;

/** The rows of every read model, by its name. */
export type ReadModels = ReadonlyMap<string, Rows>;

const instantPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00:00)$/;

/** Sums may be of any size: those that a number might not hold stay text. */
const isExactNumber = (digits: string): boolean => digits.length < 16;
const longNumber = /(?<=:)-?\d{16,}(?=[,}])/g;

/** One form for a value from a fold and the same value from the database's JSON. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint')
    return isExactNumber(String(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
  }
  const [, seconds, fraction = ''] = instantPattern.exec(String(value)) ?? [];
  return seconds === undefined ? value : `${seconds}.${fraction.padEnd(6, '0')}Z`;
};

const eventOf = (row: EventRow): RecordedEvent =>
  decode({
    position: BigInt(row.position),
    stream: row.stream,
    version: row.version,
    eventId: row.event_id,
    type: row.type,
    schemaVersion: row.schema_version,
    data: JSON.parse(row.data) as unknown,
    deploymentId: row.deployment_id,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    actor: row.actor,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
  });

interface Told {
  readonly event: RecordedEvent;
  readonly isVoid: boolean;
}

const entityOf = (projection: Entity, events: readonly Told[]): Rows => {
  const rows = new Map<string, EntityRow>();
  for (const { event, isVoid } of events.filter(({ event: one }) => owns(projection, one.stream))) {
    const before = rows.get(event.stream);
    const passed = before && { ...before, version: event.version };
    const after = isVoid ? passed : foldEntity(projection, before, event);
    if (after !== undefined) rows.set(event.stream, after);
  }
  return new Map(
    [...rows.values()].map(({ row, version }) => [
      String(row[projection.key]),
      plain({ ...row, streamVersion: version }),
    ]),
  );
};

/** What a row has where nothing was ever added to a measure. */
const nothingOf = ({ measures }: Totals): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(measures).map(([name, { merge }]) => [name, merge === 'sum' ? 0 : null]),
  );

const totalsOf = (projection: Totals, events: readonly Told[]): Rows => {
  const deltas = new Map<string, TotalsDelta>();
  for (const { event, isVoid } of events) {
    if (isVoid) foldSunk(projection, deltas, event);
    else foldTotals(projection, deltas, event);
  }
  return new Map(
    [...deltas].map(([text, { key, add }]) => [
      text,
      plain({ ...nothingOf(projection), ...key, ...add }),
    ]),
  );
};

/** A repricing without what it says of calls under deployments whose work was void when it was recorded. */
const ofCallsThatCount = (
  event: RecordedEvent,
  isVoid: (deployment: string) => boolean,
): RecordedEvent => {
  if (event.type !== 'CallsRepriced') return event;
  const calls = event.data.calls.filter(({ deploymentId }) => !isVoid(deploymentId));
  return { ...event, data: { ...event.data, calls } };
};

/** The fold of a whole ledger. */
export const foldedFrom = ({ events }: LedgerRows): ReadModels => {
  const isVoid = voidIn(events);
  const recorded = events.map((row) => ({
    event: ofCallsThatCount(eventOf(row), (deployment) =>
      isVoid({ ...row, type: 'LlmCallRecorded', deployment_id: deployment }),
    ),
    isVoid: isVoid(row),
  }));
  return new Map(
    projections.map((projection) => [
      projection.name,
      projection.kind === 'entity'
        ? entityOf(projection, recorded)
        : totalsOf(projection, recorded),
    ]),
  );
};

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const tableRows = async (client: Client, view: string): Promise<Record<string, unknown>[]> => {
  const sql = `select to_json(rows)::text as row from read.${view} rows`;
  const { rows } = await client.query<{ row: string }>(sql);
  return rows.map(({ row }) =>
    Object.fromEntries(
      Object.entries(JSON.parse(row.replace(longNumber, '"$&"')) as object).map(([name, value]) => [
        camelCase(name),
        plain(value),
      ]),
    ),
  );
};

const checkpointsSql = `
select c.partition, min(c.position)::text as position, count(*) over ()::int as partitions
from ops.checkpoints c join ops.generations g on g.id = c.generation
where g.state = 'live' and g.projection = any ($1::text[]) group by c.partition`;

interface Checkpoint {
  readonly partition: number;
  readonly position: string;
  readonly partitions: number;
}

/** Whether every read model of the registry has applied the last event of each partition. */
const haveApplied = async (client: Client, { events }: LedgerRows): Promise<boolean> => {
  const { rows } = await client.query<Checkpoint>(checkpointsSql, [
    projections.map(({ name }) => name),
  ]);
  return rows.every(({ partition, position, partitions }) => {
    const last = events.findLast(({ stream }) => partitionOf(stream, partitions) === partition);
    return last === undefined || BigInt(position) >= BigInt(last.position);
  });
};

const rowsOf = async (client: Client, projection: Projection): Promise<Rows> => {
  const rows = await tableRows(client, sqlName(projection.name));
  const keyOf = (row: Record<string, unknown>): string =>
    projection.kind === 'entity' ? String(row[projection.key]) : keyText(projection, row);
  return new Map(rows.map((row) => [keyOf(row), row]));
};

/** The read models' rows, once they have applied what `ledger` holds. */
export const readModelsAt = async (url: string, ledger: LedgerRows): Promise<ReadModels> => {
  const client = await connectPatiently(url, { options: '-c TimeZone=UTC' });
  try {
    await eventually(
      `the read models at ${ledger.head.position}`,
      () => haveApplied(client, ledger),
      { within: 120_000 },
    );
    const models: [string, Rows][] = [];
    for (const projection of projections) {
      models.push([projection.name, await rowsOf(client, projection)]);
    }
    return new Map(models);
  } finally {
    await client.end();
  }
};

/**
 * A ledger and the read models that hold it and nothing beyond: where something is recorded while they
 * are read, by whoever is still at work in the background, both are read again.
 */
export const readTogether = (
  url: string,
): Promise<{ readonly ledger: LedgerRows; readonly models: ReadModels }> =>
  eventually(
    'nothing recorded while the read models were read',
    async () => {
      const ledger = await readLedger(url);
      const models = await readModelsAt(url, ledger);
      return (await readEnd(url)) === ledger.head.position && { ledger, models };
    },
    { within: 180_000 },
  );
