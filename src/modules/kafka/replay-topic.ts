import type { KafkaSettings } from '../config/settings';
import { kafkaClient } from './kafka-client';
import { administerTopic } from './topic-admin';
import { newTopic } from './topic-rules';

/** How many partitions a topic has; null if there is no such topic. */
export const partitionsOfTopic = (kafka: KafkaSettings, topic: string): Promise<number | null> =>
  administerTopic(
    kafkaClient(kafka),
    topic,
    async (admin) => (await admin.describe())?.partitions ?? null,
  );

/** The same; a topic that is missing is made as the one of the events is. */
export const partitionsOfReadyTopic = (kafka: KafkaSettings, topic: string): Promise<number> =>
  administerTopic(kafkaClient(kafka), topic, async (admin) => {
    const found = await admin.describe();
    if (found !== null) return found.partitions;
    const wanted = newTopic(kafka, await admin.brokers());
    await admin.create(wanted);
    return (await admin.describe())?.partitions ?? wanted.partitions;
  });
