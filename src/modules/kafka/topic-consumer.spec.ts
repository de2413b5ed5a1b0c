import { getEventListeners } from 'node:events';
import { Kafka, logLevel } from 'kafkajs';
import { consumeTopic } from './topic-consumer';

const subscription = { topic: 'events', group: 'readers', concurrency: 1 };

/** Brokers that nobody listens for. */
const away = new Kafka({
  brokers: ['127.0.0.1:1'],
  retry: { retries: 0 },
  logLevel: logLevel.NOTHING,
});

describe('consuming a topic', () => {
  it('leaves nothing at the signal it was given where the brokers are away', async () => {
    const { signal } = new AbortController();
    const handle = (): Promise<void> => Promise.resolve();
    await expect(consumeTopic(away, subscription, handle, signal)).rejects.toThrow();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
