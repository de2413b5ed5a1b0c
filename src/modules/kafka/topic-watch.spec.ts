import { Logger } from '@nestjs/common';
import { KafkaJSConnectionError, KafkaJSProtocolError } from 'kafkajs';
import type { DataSource } from 'typeorm';
import { readSettings } from '../config/settings';
import type { Metrics } from '../metrics/metrics';
import { TopicWatch } from './topic-watch';

Logger.overrideLogger(false);

/** One that looks no more: what it knows is what it was told. */
const watchOf = async (): Promise<TopicWatch> => {
  const watch = new TopicWatch(
    readSettings({ KAFKA_BROKERS: 'one:9092' }),
    {} as unknown as DataSource,
    { gauge: () => undefined } as unknown as Metrics,
  );
  await watch.onApplicationShutdown();
  return watch;
};

describe('the watch over the topic', () => {
  it('believes, before it has looked, that brokers did not answer whoever used it', async () => {
    const watch = await watchOf();
    await watch.check(new KafkaJSConnectionError('Closed connection', { broker: 'one:9092' }));
    expect(watch.state).toEqual({ kind: 'unreachable', detail: 'one:9092: Closed connection' });
  });

  it.each([
    ['the database', new Error('terminating connection')],
    ['an answer of a broker', new KafkaJSProtocolError({ type: 'NOT_ENOUGH_REPLICAS' } as never)],
  ])('looks for itself after a failure of %s', async (_, error) => {
    const watch = await watchOf();
    await watch.check(error);
    expect(watch.state).toEqual({ kind: 'unknown' });
  });
});
