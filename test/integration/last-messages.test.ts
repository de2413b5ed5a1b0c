import { Logger } from '@nestjs/common';
import { readSettings } from '../../src/modules/config/settings';
import type { KafkaMessage } from '../../src/modules/kafka/event-message';
import { kafkaClient } from '../../src/modules/kafka/kafka-client';
import { messagesAt } from '../../src/modules/kafka/last-messages';
import type { MessagePlace } from '../../src/modules/kafka/last-messages';
import { administerTopic } from '../../src/modules/kafka/topic-admin';
import { describeWithKafka } from '../harness/kafka-broker';
import { clientOf, topicOn } from '../harness/kafka-topic';
import type { TestTopic } from '../harness/kafka-topic';

Logger.overrideLogger(false);

describeWithKafka('the last messages of a topic', (bootstrap) => {
  let topic: TestTopic;

  beforeEach(async () => {
    topic = topicOn(bootstrap);
    await topic.create();
  });

  const ends = (): Promise<readonly MessagePlace[]> =>
    administerTopic(clientOf(bootstrap), topic.name, async (admin) =>
      (await admin.content()).ends.toSorted((left, right) => left.partition - right.partition),
    );

  const lastOf = (places: readonly MessagePlace[]): Promise<KafkaMessage[]> =>
    messagesAt(kafkaClient(readSettings(topic.env).kafka!), topic.name, places);

  const valuesOf = async (places: readonly MessagePlace[]): Promise<string[]> =>
    (await lastOf(places)).map(({ value }) => String(value));

  const transact = async (partition: number, outcome: 'commit' | 'abort'): Promise<void> => {
    const settings = { transactionalId: topic.name, idempotent: true, maxInFlightRequests: 1 };
    const producer = clientOf(bootstrap).producer(settings);
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: topic.name, messages: [{ partition, value: outcome }] });
    await transaction[outcome]();
    await producer.disconnect();
  };

  it('are those at the end of each partition that has some, and come out of the middle of a batch', async () => {
    await topic.send(['a', 'b', 'c'].map((value) => ({ partition: 0, value })));
    await topic.send([{ partition: 2, value: 'x'.repeat(500_000) }]);
    const places = await ends();
    expect(places.map(({ partition, offset }) => [partition, offset])).toEqual([
      [0, 2n],
      [2, 0n],
    ]);
    expect(await valuesOf(places)).toEqual(['c', 'x'.repeat(500_000)]);
    expect(await valuesOf([{ partition: 0, offset: 1n }])).toEqual(['b']);
  });

  it('name no event where a transaction ended, and are none where all messages are gone', async () => {
    await transact(0, 'commit');
    await transact(1, 'abort');
    await topic.send([{ partition: 2, value: 'gone' }]);
    const admin = clientOf(bootstrap).admin();
    await admin.connect();
    await admin.fetchTopicOffsets(topic.name); // or it knows no partition
    const partitions = [{ partition: 2, offset: '1' }];
    await admin.deleteTopicRecords({ topic: topic.name, partitions });
    await admin.disconnect();
    const places = await ends();
    expect(places.map(({ partition }) => partition)).toEqual([0, 1]);
    expect((await lastOf(places)).map(({ headers }) => headers)).toEqual([{}, {}]);
  });

  it('are not given where they are no more', async () => {
    await expect(lastOf([{ partition: 0, offset: 5n }])).rejects.toThrow('not within the range');
  });
});
