import type { KafkaMessage } from '../kafka/event-message';
import type { StoredEvent } from '../../events/event-metadata';
import { receivedEvent } from '../kafka/event-message';
import type { Delivery } from './follower';

/** What some messages of a partition brought, and how many messages that were. */
export interface Taken {
  /** Null where none of them was an event. */
  readonly delivery: Delivery | null;
  readonly count: number;
}

/**
 * The events of a partition's next messages, at most `limit`, as far as each goes on where the one
 * before it ended. What was sent twice is left out; before what is missing the delivery ends, and the
 * next one begins behind the gap.
 */
export const nextDelivery = (
  partition: number,
  messages: readonly KafkaMessage[],
  limit: number,
): Taken => {
  const events: StoredEvent[] = [];
  let after = 0n;
  let last = -1n;
  let count = 0;
  for (const message of messages) {
    const received = receivedEvent(message);
    if (received !== null) {
      const { event, previous } = received;
      if (last === -1n) after = previous;
      else if (previous > last) break;
      if (event.position > last) {
        events.push(event);
        last = event.position;
      }
    }
    count += 1;
    if (events.length === limit) break;
  }
  const delivery =
    events.length === 0 ? null : { partition, partitions: [partition], events, after };
  return { delivery, count };
};
