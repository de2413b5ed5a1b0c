import { KafkaJSError } from 'kafkajs';
import type { Kafka, Producer } from 'kafkajs';
import { withinMilliseconds } from '../pacing/patience';

export interface OutgoingMessage {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** A message, or the messages of one send to one partition, beyond the topic's `max.message.bytes`. */
export class TooLarge extends Error {}

/** Milliseconds that a disconnection may take before it is left to itself. */
const patience = 3_000;

/**
 * Publishes to one topic, in order: one send at a time, acknowledged by all replicas in sync. A
 * publisher whose send was rejected is of no more use: what it sent may or may not be there.
 *
 * Several sends at once on one idempotent producer of kafkajs break the order, and lose a batch
 * where an acknowledgement is lost: the next batch goes out under the same sequence number.
 */
export class TopicPublisher {
  private state: 'idle' | 'sending' | 'spent' = 'idle';

  private constructor(
    private readonly producer: Producer,
    private readonly topic: string,
  ) {}

  static async open(kafka: Kafka, topic: string): Promise<TopicPublisher> {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
      // No number is smaller than NaN: kafkajs never sends again by itself. It would leave out
      // partitions whose leader moved to a broker that had already answered, and lose them.
      retry: { retries: Number.NaN },
    });
    try {
      await producer.connect();
    } catch (error) {
      void producer.disconnect().catch(() => undefined);
      throw error;
    }
    return new TopicPublisher(producer, topic);
  }

  /**
   * Resolves when every message is on the topic.
   *
   * @throws TooLarge where smaller sends may do; Error for any other reason. Either way the publisher
   * is spent: close it and open another.
   */
  async publish(messages: OutgoingMessage[]): Promise<void> {
    if (this.state !== 'idle') throw new Error(`a publisher that is ${this.state} takes no batch`);
    this.state = 'sending';
    try {
      await this.producer.send({ topic: this.topic, acks: -1, messages });
      this.state = 'idle';
    } catch (error) {
      this.state = 'spent';
      throw typeOf(error) === 'MESSAGE_TOO_LARGE'
        ? new TooLarge((error as Error).message, { cause: error })
        : error;
    }
  }

  async close(): Promise<void> {
    this.state = 'spent';
    await withinMilliseconds(patience, this.producer.disconnect()).catch(() => undefined);
  }
}

/** Kafka's name of the error that a request was answered with, below what kafkajs wrapped it in. */
const typeOf = (error: unknown): string | undefined => {
  if (!(error instanceof KafkaJSError)) return undefined;
  return (error as { type?: string }).type ?? typeOf((error as { cause?: unknown }).cause);
};
