import type { KafkaSettings } from '../config/settings';
import { kafkaClient } from './kafka-client';
import { administerTopic } from './topic-admin';
import { newTopic } from './topic-rules';

/** A topic that replays are sent to. */
export interface ReplayTopic {
  readonly partitions: number;
  /** Messages that were sent to it since it was made, whether or not it keeps them. */
  readonly written: bigint;
}

/** The topic as it is; null if there is none, or if a broker was asked that does not know it yet. */
export const replayTopic = (kafka: KafkaSettings, topic: string): Promise<ReplayTopic | null> =>
  administerTopic(kafkaClient(kafka), topic, async (admin) => {
    const found = await admin.describe();
    return found && { partitions: found.partitions, written: (await admin.content()).written };
  });

/** How many partitions a topic has; one that is missing is made as the one of the events is. */
export const partitionsOfReadyTopic = (kafka: KafkaSettings, topic: string): Promise<number> =>
  administerTopic(kafkaClient(kafka), topic, async (admin) => {
    const found = await admin.describe();
    if (found !== null) return found.partitions;
    const wanted = newTopic(kafka, await admin.brokers());
    await admin.create(wanted);
    return (await admin.describe())?.partitions ?? wanted.partitions;
  });
