import { toldBy } from '../../kafka/event-message';
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
  const told = toldBy(headers);
  const digest = digestOf({ position, text: value.toString(), ...told });
  const { stream } = told;
  // A message under another key would be read as of another stream by whoever compacts or groups.
  return {
    position,
    previous,
    stream,
    digest: key?.toString() === stream ? digest.toString('hex') : '',
  };
};
