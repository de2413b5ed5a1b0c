import type { Kafka } from 'kafkajs';
import type { KafkaMessage } from './event-message';

/** What of kafkajs's own class is reached into, whose version is pinned. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  /** Partitions by the node that leads them. */
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  findBroker(node: { nodeId: string }): Promise<Broker>;
}

interface Broker {
  fetch(request: object): Promise<{
    responses: { partitions: { messages: KafkaMessage[] }[] }[];
  }>;
}

type CreateCluster = (options: { allowAutoTopicCreation: false }) => Cluster;

/** Where a message is. */
export interface MessagePlace {
  readonly partition: number;
  readonly offset: bigint;
}

const clusterOf = (kafka: Kafka): Cluster => {
  const name = 'private:Kafka:createCluster';
  const symbol = Object.getOwnPropertySymbols(kafka).find((one) => one.description === name);
  const create = symbol && (kafka as unknown as Record<symbol, CreateCluster>)[symbol];
  if (create === undefined) throw new Error(`this version of kafkajs has no ${name}`);
  return create({ allowAutoTopicCreation: false });
};

/** A batch comes whole, however few bytes are asked for, where it is the first of a request. */
const oneBatch = { maxWaitTime: 0, minBytes: 0, maxBytes: 1 };

/**
 * The messages at these places, asked for as by a member of a group, but without one: joining one takes
 * seconds. The mark of a transaction's end is among them, as a message without headers.
 *
 * @throws Error when the brokers do not give them.
 */
export const messagesAt = async (
  kafka: Kafka,
  topic: string,
  places: readonly MessagePlace[],
): Promise<KafkaMessage[]> => {
  const cluster = clusterOf(kafka);
  const messageAt = async ({ partition, offset }: MessagePlace): Promise<KafkaMessage[]> => {
    const [nodeId = ''] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    const broker = await cluster.findBroker({ nodeId });
    const partitions = [{ partition, fetchOffset: String(offset), maxBytes: oneBatch.maxBytes }];
    const { responses } = await broker.fetch({ ...oneBatch, topics: [{ topic, partitions }] });
    const messages = responses.flatMap((one) => one.partitions.flatMap((part) => part.messages));
    return messages.filter((message) => BigInt(message.offset) === offset);
  };
  try {
    await cluster.connect();
    await cluster.addTargetTopic(topic);
    // One by one: of two that look for the same broker at once, kafkajs forgets to close one's connection.
    const found: KafkaMessage[] = [];
    for (const place of places) found.push(...(await messageAt(place)));
    return found;
  } finally {
    await cluster.disconnect().catch(() => undefined);
  }
};
