import type { KafkaMessage } from '../../kafka/event-message';
import { digestOf } from '../../ledger/seal';

/** A message of the topic as far as it can be held against the ledger. */
export interface SealedMessage {
  readonly position: bigint;
  /** The position of the event before it in its partition; 0 for the first. */
  readonly previous: bigint;
  readonly stream: string;
  /** The digest of the event that the message tells, hexadecimal: the ledger's, if it tells the same. */
  readonly digest: string;
}

const positionIn = (text: string): bigint | null => (/^\d{1,19}$/.test(text) ? BigInt(text) : null);

/** Null for a message that is none of Flowledger's. */
export const sealedMessage = ({ key, value, headers = {} }: KafkaMessage): SealedMessage | null => {
  const text = (name: string): string => headers[name]?.toString() ?? '';
  const position = positionIn(text('ce_position'));
  const previous = positionIn(text('ce_previousposition'));
  if (value === null || position === null || previous === null) return null;
  const stream = text('ce_subject');
  const digest = digestOf({
    position,
    stream,
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
    text: value.toString(),
  });
  // A message under another key would be read as of another stream by whoever compacts or groups.
  return {
    position,
    previous,
    stream,
    digest: key?.toString() === stream ? digest.toString('hex') : '',
  };
};
