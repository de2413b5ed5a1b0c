import type { StoredEvent } from '../../events/event-metadata';
import { instantFromDatabase } from './instant';

/** A row of `ledger.events` as the application's connections give it: times and JSON as text. */
export interface EventRow {
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly event_id: string;
  readonly type: string;
  readonly schema_version: number;
  readonly data: string;
  readonly deployment_id: string;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly actor: string;
  readonly occurred_at: string;
  readonly recorded_at: string;
}

export const storedEvent = (row: EventRow): StoredEvent => ({
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
  occurredAt: instantFromDatabase(row.occurred_at),
  recordedAt: instantFromDatabase(row.recorded_at),
});
