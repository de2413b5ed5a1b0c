/* What the read models have to hold, folded from the ledger's rows, beside what they do hold. */
import type { Client } from 'pg';
import { decode } from '../../src/events/codec';
import type { RecordedEvent } from '../../src/events';
import { foldEntity, foldTotals, keyText } from '../../src/projections/fold';
import type { EntityRow, TotalsDelta } from '../../src/projections/fold';
import { executionStatus } from '../../src/projections/execution-status/execution-status.projection';
import type { Entity, Totals } from '../../src/projections/projection';
import { roiTotals } from '../../src/projections/roi-totals/roi-totals.projection';
import { eventually } from '../harness/eventually';
import type { EventRow, LedgerRows } from './ledger-rows';
import { connectPatiently } from './patient-connection';

type Rows = ReadonlyMap<string, unknown>;

export interface ReadModels {
  readonly executionStatus: Rows;
  readonly roiTotals: Rows;
}

const instantPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00:00)$/;

/** One form for a value from a fold and the same value from the database's JSON. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value);
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

const entityOf = (projection: Entity, events: readonly RecordedEvent[]): Rows => {
  const rows = new Map<string, EntityRow>();
  for (const event of events) {
    rows.set(event.stream, foldEntity(projection, rows.get(event.stream), event));
  }
  return new Map(
    [...rows.values()].map(({ row, version }) => [
      String(row[projection.key]),
      plain({ ...row, streamVersion: version }),
    ]),
  );
};

const totalsOf = (projection: Totals, events: readonly RecordedEvent[]): Rows => {
  const deltas = new Map<string, TotalsDelta>();
  for (const event of events) foldTotals(projection, deltas, event);
  return new Map([...deltas].map(([text, { key, add }]) => [text, plain({ ...key, ...add })]));
};

/** The fold of a whole ledger. */
export const foldedFrom = ({ events }: LedgerRows): ReadModels => {
  const recorded = events.map(eventOf);
  return {
    executionStatus: entityOf(executionStatus, recorded),
    roiTotals: totalsOf(roiTotals, recorded),
  };
};

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const tableRows = async (client: Client, view: string): Promise<Record<string, unknown>[]> => {
  const sql = `select to_json(rows)::text as row from read.${view} rows`;
  const { rows } = await client.query<{ row: string }>(sql);
  return rows.map(({ row }) =>
    Object.fromEntries(
      Object.entries(JSON.parse(row) as object).map(([name, value]) => [
        camelCase(name),
        plain(value),
      ]),
    ),
  );
};

const appliedSql = `
select (select coalesce(sum(stream_version), 0) from read.execution_status)::int as events,
  (select coalesce(sum(calls), 0) from read.roi_totals)::int as calls`;

/** The read models' rows, once they have applied as many events as `ledger` holds. */
export const readModelsAt = async (url: string, ledger: LedgerRows): Promise<ReadModels> => {
  const calls = ledger.events.filter(({ type }) => type === 'LlmCallRecorded').length;
  const client = await connectPatiently(url, { options: '-c TimeZone=UTC' });
  try {
    await eventually(
      `the read models at ${ledger.head.position}`,
      async () => {
        const { rows } = await client.query<{ events: number; calls: number }>(appliedSql);
        return rows[0]!.events >= ledger.events.length && rows[0]!.calls >= calls;
      },
      { within: 60_000 },
    );
    const entities = await tableRows(client, 'execution_status');
    const totals = await tableRows(client, 'roi_totals');
    return {
      executionStatus: new Map(entities.map((row) => [String(row['executionId']), row])),
      roiTotals: new Map(totals.map((row) => [keyText(roiTotals, row), row])),
    };
  } finally {
    await client.end();
  }
};
