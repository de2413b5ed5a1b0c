import type { Kafka, Producer, RecordMetadata } from 'kafkajs';
import { unlessStopped, withinMilliseconds } from '../pacing/patience';
import { typeOf } from './kafka-errors';

export interface OutgoingMessage {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** A message, or the messages of one send to one partition, beyond the topic's `max.message.bytes`. */
export class TooLarge extends Error {}

/** What was sent is on the topic, but where earlier messages were: those are there no more. */
export class TopicBeganAgain extends Error {}

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
  /** By partition, the offset behind what was acknowledged last. */
  private readonly reached = new Map<number, bigint>();

  private constructor(
    private readonly producer: Producer,
    private readonly topic: string,
  ) {}

  /** @throws Error once `signal` is aborted: brokers that stand still are not waited for. */
  static async openUnless(
    signal: AbortSignal,
    kafka: Kafka,
    topic: string,
  ): Promise<TopicPublisher> {
    const opening = TopicPublisher.open(kafka, topic);
    try {
      return await unlessStopped(signal, 0, opening);
    } catch (error) {
      opening.then(
        (publisher) => publisher.close(),
        () => undefined,
      );
      throw error;
    }
  }

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
   * @throws TopicBeganAgain where all of them are on the topic and earlier ones are not: the publisher
   * can go on; TooLarge where smaller sends may do; Error for any other reason. After these two it is
   * spent: close it and open another.
   */
  async publish(messages: OutgoingMessage[]): Promise<void> {
    if (this.state !== 'idle') throw new Error(`a publisher that is ${this.state} takes no batch`);
    this.state = 'sending';
    const landed = await this.send(messages);
    this.state = 'idle';
    const beganAgain = landed.filter((one) => !this.goesOn(one, messages));
    if (beganAgain.length === 0) return;
    const partitions = beganAgain.map(({ partition }) => partition).join(', ');
    throw new TopicBeganAgain(`topic ${this.topic} began again in partitions ${partitions}`);
  }

  private async send(messages: OutgoingMessage[]): Promise<RecordMetadata[]> {
    try {
      return await this.producer.send({ topic: this.topic, acks: -1, messages });
    } catch (error) {
      this.state = 'spent';
      throw typeOf(error) === 'MESSAGE_TOO_LARGE'
        ? new TooLarge((error as Error).message, { cause: error })
        : error;
    }
  }

  /** Whether a partition took its messages behind those that it had acknowledged before. */
  private goesOn(
    { partition, baseOffset = '0' }: RecordMetadata,
    messages: readonly OutgoingMessage[],
  ): boolean {
    const base = BigInt(baseOffset);
    const before = this.reached.get(partition) ?? 0n;
    const sent = messages.filter((message) => message.partition === partition).length;
    this.reached.set(partition, base + BigInt(sent));
    return base >= before;
  }

  async close(): Promise<void> {
    this.state = 'spent';
    await withinMilliseconds(patience, this.producer.disconnect()).catch(() => undefined);
  }
}
