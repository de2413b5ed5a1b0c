import type { KafkaMessage } from 'kafkajs';
import type { StoredEvent } from '../../events/event-metadata';
import { instantFromDatabase } from '../ledger/instant';
import type { EventRow } from '../ledger/stored-event';
import type { OutgoingMessage } from './topic-publisher';

/** A message as it was received, for who has no other business with the library. */
export type { KafkaMessage } from 'kafkajs';

/** Where events come from, as CloudEvents ask: a URI reference. */
const source = '/flowledger';

/** An event as read from the topic. */
export interface Received {
  readonly event: StoredEvent;
  /** The position of the event before it in its partition; 0 for the first. */
  readonly previous: bigint;
}

/**
 * An event as a CloudEvent in binary mode. The value is the text of the ledger, unchanged; extension
 * attributes have lower-case names, as the specification asks.
 *
 * Source: CloudEvents 1.0.2, "Kafka Protocol Binding", 3.2 Binary Content Mode.
 *
 * @param previous the position of the event before it in its partition, 0 for the first.
 */
export const eventMessage = (
  row: EventRow,
  partition: number,
  previous: bigint,
): OutgoingMessage => {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: row.event_id,
    ce_source: source,
    ce_type: row.type,
    ce_subject: row.stream,
    ce_time: instantFromDatabase(row.occurred_at),
    'content-type': 'application/json',
    ce_position: row.position,
    ce_previousposition: String(previous),
    ce_streamversion: String(row.version),
    ce_schemaversion: String(row.schema_version),
    ce_deploymentid: row.deployment_id,
    ce_correlationid: row.correlation_id,
    ce_actor: row.actor,
    ce_recordedtime: instantFromDatabase(row.recorded_at),
  };
  if (row.causation_id !== null) headers['ce_causationid'] = row.causation_id;
  return { partition, key: row.stream, value: row.data, headers };
};

/** What the headers of a message tell of its event, besides its position. */
export const toldBy = (
  headers: NonNullable<KafkaMessage['headers']>,
): Omit<StoredEvent, 'position' | 'data'> => {
  const text = (name: string): string => headers[name]?.toString() ?? '';
  return {
    stream: text('ce_subject'),
    version: Number(text('ce_streamversion')),
    eventId: text('ce_id'),
    type: text('ce_type'),
    schemaVersion: Number(text('ce_schemaversion')),
    deploymentId: text('ce_deploymentid'),
    correlationId: text('ce_correlationid'),
    causationId: headers['ce_causationid']?.toString() ?? null,
    actor: text('ce_actor'),
    occurredAt: text('ce_time'),
    recordedAt: text('ce_recordedtime'),
  };
};

/** Says of a message that it is none of the live ones, and by which replay it was sent. */
const replayHeader = 'ce_flowledgerreplay';

/** The message of an event as a replay sends it. */
export const replayedMessage = (message: OutgoingMessage, replayId: string): OutgoingMessage => ({
  ...message,
  headers: { ...message.headers, [replayHeader]: replayId },
});

/** Positions are digits, at most nineteen of them; anything else is no message of ours. */
const positionOf = (text: string): bigint | null => (/^\d{1,19}$/.test(text) ? BigInt(text) : null);

/**
 * The event of a message; null where it is none of ours. That of an event of ours which is not
 * readable is missed later, by the position that the next one names. What a replay sent is none: it
 * names the event before it in its own scope, between which and it there may be others.
 */
export const receivedEvent = ({ value, headers = {} }: KafkaMessage): Received | null => {
  const text = (name: string): string => headers[name]?.toString() ?? '';
  const position = positionOf(text('ce_position'));
  const previous = positionOf(text('ce_previousposition'));
  const isReplayed = headers[replayHeader] !== undefined;
  if (isReplayed || value === null || position === null || previous === null) return null;
  let data: unknown;
  try {
    data = JSON.parse(value.toString());
  } catch {
    return null;
  }
  return {
    previous,
    event: {
      position,
      data,
      ...toldBy(headers),
    },
  };
};
