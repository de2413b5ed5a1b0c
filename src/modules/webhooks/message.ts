import { decode } from '../../events/codec';
import { idOfStream } from '../../events/event-metadata';
import type { StoredEvent } from '../../events/event-metadata';
import type { Message } from './signature';

/** `AlertFired` is `alert.fired`. */
const typeOf = (type: string): string =>
  type.replace(/(?<!^)[A-Z]/g, (letter) => `.${letter}`).toLowerCase();

/** A fact of an alert as its webhook: the same text whenever it is made. */
export const messageOf = (stored: StoredEvent): Message => {
  const { eventId, stream, position, actor, occurredAt, type, data } = decode(stored);
  const alert = idOfStream(stream, 'alert');
  const body = JSON.stringify({
    type: typeOf(type),
    timestamp: occurredAt,
    data: { alert, position: String(position), actor, ...data },
  });
  return { id: eventId, body };
};
