import { Kafka, Partitioners, logLevel } from 'kafkajs';
import type { EachBatchPayload, KafkaMessage, Message } from 'kafkajs';
import { newTopic } from '../../../src/modules/kafka/topic-rules';
import { serveTasks } from '../tasks';

/*
 * The baselines of the relay and of the projector: `kafkajs` alone, as it comes. The producer sends
 * again what the relay has sent, from memory; the consumer parses each value and does nothing with it.
 */

interface Topic {
  readonly brokers: string;
  readonly topic: string;
}

interface Reading extends Topic {
  /** Messages to read. */
  readonly count: number;
}

/** Messages and seconds of what is timed: the first quarter is for warming up. */
export interface Timed {
  readonly messages: number;
  readonly seconds: number;
}

const connectTo = (brokers: string): Kafka =>
  new Kafka({ clientId: 'bench', brokers: brokers.split(','), logLevel: logLevel.NOTHING });

let kept: Message[] = [];
let groups = 0;

/** Hands every batch of the topic to `take` until it says that it has enough. */
const consume = async (
  { brokers, topic }: Topic,
  take: (payload: EachBatchPayload) => boolean,
): Promise<void> => {
  groups += 1;
  const groupId = `bench-${String(process.pid)}-${String(groups)}`;
  const consumer = connectTo(brokers).consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      reject(payload.error);
    });
    const eachBatch = (payload: EachBatchPayload): Promise<void> => {
      if (take(payload)) resolve();
      return Promise.resolve();
    };
    consumer.run({ autoCommit: false, eachBatch }).catch(reject);
  });
  await consumer.disconnect();
};

const positionOf = ({ headers }: KafkaMessage): number => Number(String(headers?.['ce_position']));

/** The message as it was handed to the producer that sent it. */
const asSent = ({ key, value, headers = {} }: KafkaMessage, partition: number): Message => ({
  partition,
  key: String(key),
  value: String(value),
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, header]) => [name, String(header)]),
  ),
});

/** Tells when a quarter of `all` has passed, and then what came after it. */
const afterQuarter = (all: number): { passed: (count: number) => void; timed: () => Timed } => {
  let from: { count: number; time: number } | null = null;
  return {
    passed: (count) => {
      if (from === null && count * 4 >= all) from = { count, time: performance.now() };
    },
    timed: () => {
      if (from === null) throw new Error('too few messages to time');
      return { messages: all - from.count, seconds: (performance.now() - from.time) / 1000 };
    },
  };
};

const tasks = {
  /** Keeps the messages of a topic in memory, in the order they were sent, for `produce`. */
  keep: async (reading: Reading): Promise<number> => {
    const found: { message: Message; position: number }[] = [];
    await consume(reading, ({ batch: { partition, messages } }) => {
      for (const message of messages) {
        found.push({ message: asSent(message, partition), position: positionOf(message) });
      }
      return found.length >= reading.count;
    });
    kept = found
      .sort((left, right) => left.position - right.position)
      .map(({ message }) => message);
    return kept.length;
  },

  /** Makes an empty topic with the settings that Flowledger gives its own. */
  create: async ({
    brokers,
    topic,
    partitions,
  }: Topic & { readonly partitions: number }): Promise<void> => {
    const list = brokers.split(',');
    const settings = { brokers: list, ssl: false, sasl: null, group: '', replication: null };
    const made = newTopic({ ...settings, topic, partitions }, list.length);
    const configEntries = Object.entries(made.settings).map(([name, value]) => ({ name, value }));
    const admin = connectTo(brokers).admin();
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic,
          numPartitions: made.partitions,
          replicationFactor: made.replication,
          configEntries,
        },
      ],
    });
    await admin.disconnect();
  },

  /** Sends what is kept, as the relay does: sends of one size, one awaited at a time, to all replicas. */
  produce: async ({
    brokers,
    topic,
    atOnce,
  }: Topic & { readonly atOnce: number }): Promise<Timed> => {
    const producer = connectTo(brokers).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    const { passed, timed } = afterQuarter(kept.length);
    for (let from = 0; from < kept.length; from += atOnce) {
      passed(from);
      await producer.send({ topic, acks: -1, messages: kept.slice(from, from + atOnce) });
    }
    const result = timed();
    await producer.disconnect();
    return result;
  },

  /** Parses every value of a topic. */
  parse: async (reading: Reading): Promise<Timed> => {
    const { passed, timed } = afterQuarter(reading.count);
    let parsed = 0;
    let fields = 0;
    const results: Timed[] = [];
    await consume(reading, ({ batch: { messages } }) => {
      passed(parsed);
      for (const { value } of messages) {
        fields += Object.keys(JSON.parse(String(value)) as object).length;
      }
      parsed += messages.length;
      if (parsed === reading.count) results.push(timed());
      return parsed >= reading.count;
    });
    const [result] = results;
    if (result === undefined || fields === 0) throw new Error(`${parsed} messages were parsed`);
    return result;
  },

  /** How many members a group has that is not about to change; 0 for any other. */
  members: async ({
    brokers,
    group,
  }: {
    readonly brokers: string;
    readonly group: string;
  }): Promise<number> => {
    const admin = connectTo(brokers).admin();
    await admin.connect();
    const { groups: found } = await admin.describeGroups([group]);
    await admin.disconnect();
    return found[0]?.state === 'Stable' ? found[0].members.length : 0;
  },
};

export type RawKafka = typeof tasks;

serveTasks(tasks);
