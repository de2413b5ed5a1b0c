import { ConfigResourceTypes } from 'kafkajs';
import type { Admin, Kafka } from 'kafkajs';
import type { MessagePlace } from './last-messages';

/** A topic as the brokers describe it. */
export interface TopicDescription {
  readonly partitions: number;
  /** Copies of the partition that has the fewest. */
  readonly replication: number;
  /** Settings by name, as text. */
  readonly settings: ReadonlyMap<string, string>;
}

/** How many messages a topic has had, and has. */
export interface TopicContent {
  readonly written: bigint;
  readonly kept: bigint;
  /** The last message of each partition that has one. */
  readonly ends: readonly MessagePlace[];
}

export interface NewTopic {
  readonly partitions: number;
  readonly replication: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** What may be asked of the brokers about one topic, on one connection. */
export interface TopicAdmin {
  /** Null if there is no such topic. */
  describe(): Promise<TopicDescription | null>;
  /** Of a topic that is there, since it was made. */
  content(): Promise<TopicContent>;
  /** False where it is there by now; then it is left as it is. */
  create(topic: NewTopic): Promise<boolean>;
  brokers(): Promise<number>;
}

const partitionsOf = async (admin: Admin, topic: string): Promise<number[][] | null> => {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.map(({ replicas }) => replicas) ?? null;
  } catch (error) {
    if ((error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION') return null;
    throw error;
  }
};

/** Connects, lets `work` ask the brokers, and disconnects. */
export const administer = async <T>(
  kafka: Kafka,
  work: (admin: Admin) => Promise<T>,
): Promise<T> => {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
};

const topicAdmin = (admin: Admin, topic: string): TopicAdmin => {
  const describe = async (): Promise<TopicDescription | null> => {
    const partitions = await partitionsOf(admin, topic);
    if (partitions === null) return null;
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
    });
    const entries = resources.flatMap(({ configEntries }) => configEntries);
    return {
      partitions: partitions.length,
      replication: Math.min(...partitions.map((replicas) => replicas.length)),
      settings: new Map(entries.map(({ configName, configValue }) => [configName, configValue])),
    };
  };
  const content = async (): Promise<TopicContent> => {
    const extents = await admin.fetchTopicOffsets(topic);
    const written = extents.reduce((sum, { high }) => sum + BigInt(high), 0n);
    const begins = extents.reduce((sum, { low }) => sum + BigInt(low), 0n);
    const ends = extents.flatMap(({ partition, low, high }) =>
      BigInt(low) < BigInt(high) ? [{ partition, offset: BigInt(high) - 1n }] : [],
    );
    return { written, kept: written - begins, ends };
  };
  const create = ({ partitions, replication, settings }: NewTopic): Promise<boolean> => {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    return admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic, numPartitions: partitions, replicationFactor: replication, configEntries }],
    });
  };
  const brokers = async (): Promise<number> => (await admin.describeCluster()).brokers.length;
  return { describe, content, create, brokers };
};

/** Lets `work` ask about a topic, on a connection of its own: nothing is remembered between calls. */
export const administerTopic = <T>(
  kafka: Kafka,
  topic: string,
  work: (admin: TopicAdmin) => Promise<T>,
): Promise<T> => administer(kafka, (admin) => work(topicAdmin(admin, topic)));
