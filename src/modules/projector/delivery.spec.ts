import type { KafkaMessage } from '../kafka/event-message';
import { nextDelivery } from './delivery';

const messageWith = (headers: Record<string, Buffer>): KafkaMessage => ({
  key: Buffer.from('execution-one'),
  value: Buffer.from('{}'),
  headers,
  timestamp: '0',
  attributes: 0,
  offset: '0',
});

/** A message of an event at a position, behind the one before it in its partition. */
const message = (position: number, previous: number): KafkaMessage =>
  messageWith({
    ce_position: Buffer.from(String(position)),
    ce_previousposition: Buffer.from(String(previous)),
  });

const foreign = messageWith({});

const delivered = (messages: readonly KafkaMessage[], limit = 100): unknown => {
  const { delivery, count } = nextDelivery(3, messages, limit);
  if (delivery === null) return { count };
  const { partition, partitions, events, after } = delivery;
  expect([partition, partitions]).toEqual([3, [3]]);
  return { positions: events.map(({ position }) => Number(position)), after: Number(after), count };
};

describe('a delivery', () => {
  it('is all that follows one another, and says what it follows', () => {
    const messages = [message(7, 4), message(8, 7), message(12, 8)];
    expect(delivered(messages)).toEqual({ positions: [7, 8, 12], after: 4, count: 3 });
  });

  it('is no longer than it may be', () => {
    const messages = [message(7, 4), message(8, 7), message(12, 8)];
    expect(delivered(messages, 2)).toEqual({ positions: [7, 8], after: 4, count: 2 });
  });

  it('leaves out what was sent twice', () => {
    const twice = [message(1, 0), message(2, 1), message(1, 0), message(2, 1), message(3, 2)];
    expect(delivered(twice)).toEqual({ positions: [1, 2, 3], after: 0, count: 5 });
  });

  it('ends before a gap, and the next begins behind it', () => {
    const messages = [message(1, 0), message(2, 1), message(5, 4), message(6, 5)];
    expect(delivered(messages)).toEqual({ positions: [1, 2], after: 0, count: 2 });
    expect(delivered(messages.slice(2))).toEqual({ positions: [5, 6], after: 4, count: 2 });
  });

  it('passes over what is no event of ours', () => {
    const messages = [foreign, message(1, 0), foreign, message(2, 1), foreign];
    expect(delivered(messages)).toEqual({ positions: [1, 2], after: 0, count: 5 });
    expect(delivered([foreign, foreign])).toEqual({ count: 2 });
  });
});
