/*
 * A topic of its own for one test, on the Kafka of the run: its name, what is on it, and the ways
 * to spoil it.
 */
import { randomBytes } from 'node:crypto';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import type { Admin, KafkaMessage } from 'kafkajs';
import { eventually } from './eventually';

export type TopicMessage = KafkaMessage & { readonly partition: number };

export interface TestTopic {
  readonly name: string;
  readonly group: string;
  /** The environment of an application that uses it. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything that is on it now, in order within each partition. */
  messages(): Promise<TopicMessage[]>;
  create(settings?: Readonly<Record<string, string>>, partitions?: number): Promise<void>;
  alter(settings: Readonly<Record<string, string>>): Promise<void>;
  delete(): Promise<void>;
  /** Whether the brokers know it: for a moment they still do when it has been deleted. */
  isThere(): Promise<boolean>;
  /** Whether nothing was ever sent to it, as it is now. */
  isEmpty(): Promise<boolean>;
  /** Sends what nobody expects there. */
  send(messages: { partition: number; key?: string; value: string }[]): Promise<void>;
  /** Where the group says it is, by partition; -1 where it says nothing. */
  committed(): Promise<bigint[]>;
  /** How many consumers are in the group, once it has settled; 0 while it has not. */
  members(): Promise<number>;
  /** Lets the group say that it has read everything; nobody may be in it. */
  commit(): Promise<void>;
}

/** Positions of each partition in the order in which they came first: a send may come twice. */
export const firstPositions = (messages: readonly TopicMessage[]): number[][] => {
  const positions = new Map<number, Set<number>>();
  for (const { partition, headers } of messages) {
    const there = positions.get(partition) ?? new Set();
    positions.set(partition, there.add(Number(headers?.['ce_position'])));
  }
  return [...positions.values()].map((there) => [...there]);
};

const settled = (settings: Readonly<Record<string, string>>): { name: string; value: string }[] =>
  Object.entries(settings).map(([name, value]) => ({ name, value }));

/** As Flowledger makes it. */
export const rightSettings = {
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'cleanup.policy': 'delete',
};

export const clientOf = (bootstrap: string): Kafka =>
  new Kafka({
    brokers: bootstrap.split(','),
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 20 },
  });

export const topicOn = (bootstrap: string, partitions = 4): TestTopic => {
  const unique = randomBytes(6).toString('hex');
  const name = `events-${unique}`;
  const group = `projector-${unique}`;
  const kafka = clientOf(bootstrap);

  const administer = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  };

  const messages = async (): Promise<TopicMessage[]> => {
    const ends = await administer((admin) => admin.fetchTopicOffsets(name));
    const missing = new Map(
      ends.filter(({ low, high }) => low !== high).map((end) => [end.partition, end.high]),
    );
    // By place: a consumer that had to join again reads from the beginning once more.
    const found = new Map<string, TopicMessage>();
    if (missing.size === 0) return [];
    const consumer = kafka.consumer({ groupId: `reader-${randomBytes(6).toString('hex')}` });
    await consumer.connect();
    await consumer.subscribe({ topics: [name], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachBatch = ({
        batch,
      }: {
        batch: { partition: number; messages: KafkaMessage[]; lastOffset(): string };
      }): Promise<void> => {
        const { partition } = batch;
        for (const message of batch.messages) {
          found.set(`${String(partition)}/${message.offset}`, { ...message, partition });
        }
        const end = missing.get(partition);
        if (end !== undefined && BigInt(batch.lastOffset()) + 1n >= BigInt(end)) {
          missing.delete(partition);
        }
        if (missing.size === 0) resolve();
        return Promise.resolve();
      };
      consumer.run({ autoCommit: false, eachBatch }).catch(reject);
    });
    await consumer.disconnect();
    return [...found.values()];
  };

  return {
    name,
    group,
    env: {
      KAFKA_BROKERS: bootstrap,
      KAFKA_TOPIC: name,
      KAFKA_GROUP: group,
      KAFKA_PARTITIONS: String(partitions),
    },
    messages,
    create: async (settings = rightSettings, numPartitions = partitions) => {
      const topic = { topic: name, numPartitions, configEntries: settled(settings) };
      await administer((admin) => admin.createTopics({ topics: [topic] }));
      // A leader is told of a moment before it serves.
      const served = () => administer((admin) => admin.fetchTopicOffsets(name));
      await eventually('the topic is served', served);
    },
    alter: async (settings) => {
      const resource = { type: ConfigResourceTypes.TOPIC, name, configEntries: settled(settings) };
      await administer((admin) =>
        admin.alterConfigs({ validateOnly: false, resources: [resource] }),
      );
    },
    delete: () => administer((admin) => admin.deleteTopics({ topics: [name] })),
    isThere: () => administer(async (admin) => (await admin.listTopics()).includes(name)),
    isEmpty: () =>
      administer(async (admin) =>
        (await admin.fetchTopicOffsets(name)).every(({ high }) => high === '0'),
      ),
    send: async (outgoing) => {
      const producer = kafka.producer();
      await producer.connect();
      await producer.send({ topic: name, acks: -1, messages: outgoing });
      await producer.disconnect();
    },
    members: () =>
      administer(async (admin) => {
        const { groups } = await admin.describeGroups([group]);
        return groups[0]?.state === 'Stable' ? groups[0].members.length : 0;
      }),
    commit: () =>
      administer(async (admin) => {
        const ends = await admin.fetchTopicOffsets(name);
        const offsets = ends.map(({ partition, high }) => ({ partition, offset: high }));
        await admin.setOffsets({ groupId: group, topic: name, partitions: offsets });
      }),
    committed: async () => {
      const offsets = await administer((admin) =>
        admin.fetchOffsets({ groupId: group, topics: [name] }),
      );
      const at = offsets[0]?.partitions ?? [];
      return Array.from({ length: partitions }, (_, partition) =>
        BigInt(at.find((one) => one.partition === partition)?.offset ?? -1),
      );
    },
  };
};
