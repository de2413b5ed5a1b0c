import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { withinMilliseconds } from '../pacing/patience';

export interface ConsumedBatch {
  readonly partition: number;
  readonly messages: readonly KafkaMessage[];
  /** False as soon as the partition may be another's, or the consumer is stopping: do no more then. */
  isCurrent(): boolean;
  /** Everything up to this message is dealt with. */
  resolve(message: KafkaMessage): void;
  /** Tells the group that this member lives; to be called between chunks. */
  heartbeat(): Promise<void>;
}

export interface Subscription {
  readonly topic: string;
  readonly group: string;
  /** How many partitions may be in hand at once. */
  readonly concurrency: number;
}

const commitMilliseconds = 1_000;
/** For leaving the group and closing the connections; less for one that is not even in it. */
const patience = 5_000;
const littlePatience = 1_000;

// These in a handler would end the consumer for good, where any other error is tried again.
const fatal = new Set(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

const harmless = (error: unknown): unknown =>
  error instanceof Object && fatal.has((error as Error).name)
    ? new Error((error as Error).message, { cause: error })
    : error;

/**
 * Up to where each partition is dealt with, told to Kafka now and then. It only saves reading again:
 * what was applied, the checkpoints know. So it does no harm that an offset out of range makes kafkajs
 * commit the default one, nor that a commit fails.
 */
class Offsets {
  private readonly next = new Map<number, string>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly consumer: Consumer,
    private readonly topic: string,
  ) {
    this.timer = setInterval(() => void this.commit(), commitMilliseconds);
    // What was done for an earlier assignment is no longer this member's to commit.
    consumer.on(consumer.events.GROUP_JOIN, () => {
      this.next.clear();
    });
  }

  resolved(partition: number, offset: string): void {
    this.next.set(partition, String(BigInt(offset) + 1n));
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.commit();
  }

  private async commit(): Promise<void> {
    if (this.next.size === 0) return;
    const { topic } = this;
    const offsets = [...this.next].map(([partition, offset]) => ({ topic, partition, offset }));
    this.next.clear();
    try {
      await this.consumer.commitOffsets(offsets);
    } catch {
      // The next commit says more than this one did.
    }
  }
}

/**
 * Hands out what is on a topic, as a member of a group, until `signal` is aborted; from the beginning
 * where the group was nowhere yet. A handler that throws gets its messages again.
 *
 * Each call is a consumer of its own that ends with it: one that kafkajs restarts by itself survives
 * a disconnection meanwhile, as a member that nobody serves.
 *
 * @throws Error when the consumer gives up; call again after a while.
 */
export const consumeTopic = async (
  kafka: Kafka,
  { topic, group, concurrency }: Subscription,
  handle: (batch: ConsumedBatch) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  const consumer = kafka.consumer({
    groupId: group,
    allowAutoTopicCreation: false,
    // A member that died is missed after this long; there is no static membership in kafkajs.
    sessionTimeout: 10_000,
    heartbeatInterval: 3_000,
    rebalanceTimeout: 30_000,
    // A fetch under way is waited for when stopping.
    maxWaitTimeInMs: 500,
    retry: {
      initialRetryTime: 200,
      maxRetryTime: 2_000,
      retries: 8,
      restartOnFailure: () => Promise.resolve(false),
    },
  });
  const offsets = new Offsets(consumer, topic);
  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { partition, messages } = payload.batch;
    try {
      await handle({
        partition,
        messages,
        isCurrent: () => payload.isRunning() && !payload.isStale(),
        resolve: ({ offset }) => {
          payload.resolveOffset(offset);
          offsets.resolved(partition, offset);
        },
        heartbeat: () => payload.heartbeat(),
      });
    } catch (error) {
      throw harmless(error);
    }
  };
  const start = async (): Promise<void> => {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch,
    });
  };
  const crashed = new Promise<never>((_resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      reject(payload.error);
    });
  });
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  let joined = false as boolean; // set in a callback, which the compiler does not follow
  const started = start().then(() => {
    joined = true;
  });
  started.catch(() => undefined); // who raced past it does not hear of it
  crashed.catch(() => undefined);
  try {
    await Promise.race([started, crashed, stopped]);
    await Promise.race([crashed, stopped]);
  } finally {
    signal.removeEventListener('abort', stop); // or a signal of several keeps all of this for ever
    // Not before it has started: what kafkajs disconnects while it joins goes on without an owner.
    const ended = started
      .catch(() => undefined)
      .then(() => offsets.stop())
      .then(() => consumer.disconnect());
    await withinMilliseconds(joined ? patience : littlePatience, ended).catch(() => undefined);
  }
};
