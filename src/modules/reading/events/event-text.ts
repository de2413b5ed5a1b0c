import { instantFromDatabase } from '../../ledger/instant';
import type { EventRow } from '../../ledger/stored-event';

/** An event as JSON on one line. Its data is the text that it comes with, not read and written anew. */
export const eventText = (row: EventRow): string => {
  const head = {
    position: row.position,
    stream: row.stream,
    version: row.version,
    eventId: row.event_id,
    type: row.type,
    schemaVersion: row.schema_version,
  };
  const tail = {
    deploymentId: row.deployment_id,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    actor: row.actor,
    occurredAt: instantFromDatabase(row.occurred_at),
    recordedAt: instantFromDatabase(row.recorded_at),
  };
  const data = row.data.replace(/[\r\n]/g, ' '); // in JSON these stand between tokens only
  return `${JSON.stringify(head).slice(0, -1)},"data":${data},${JSON.stringify(tail).slice(1)}`;
};

/** An event as a message of a stream of server-sent events. */
export const eventMessage = (row: EventRow): string =>
  `id: ${row.position}\nevent: ${row.type}\ndata: ${eventText(row)}\n\n`;
