import { Logger } from '@nestjs/common';
import type { KafkaSettings } from '../config/settings';
import type { Bell } from '../pacing/bell';
import { kafkaClient } from '../kafka/kafka-client';
import { TooLarge, TopicBeganAgain, TopicPublisher } from '../kafka/topic-publisher';
import type { OutgoingMessage } from '../kafka/topic-publisher';
import type { TopicState, TopicWatch } from '../kafka/topic-watch';
import type { LedgerReader } from '../ledger/ledger-reader';
import { unlessStopped } from '../pacing/patience';
import { pause } from '../pacing/pause';
import type { Tracing } from '../telemetry/tracing';
import { pauseAfter } from '../pacing/pause-after';
import { Publication, mostEvents } from './publication';
import type { RelayPlace } from './relay-place';
import { SendSpans } from './send-spans';

/**
 * One process's time as the relay.
 *
 * waiting for the topic -> publishing -> (the topic is wrong) -> waiting for the topic
 *                                     -> (anything failed) -> a little later, with a new publisher,
 *                                        on from the stored place
 */
export class Tenure {
  private readonly logger = new Logger('Relay');
  private limit = mostEvents;
  /** Whether the send that failed was of one event. */
  private alone = false;
  private failures = 0;
  private trouble: string | null = null;

  constructor(
    private readonly kafka: KafkaSettings,
    private readonly place: RelayPlace,
    private readonly reader: LedgerReader,
    private readonly watch: TopicWatch,
    private readonly bell: Bell,
    private readonly tracing: Tracing | null,
  ) {}

  /** Publishes until `signal` is aborted. */
  async serve(signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    await unlessStopped(signal, 0, this.watch.checkAgain()).catch(() => undefined);
    while (!isOver()) {
      try {
        const usable = await this.watch.usable(signal, (state) => this.wait(state));
        if (!isOver()) await this.publish(AbortSignal.any([signal, usable]));
      } catch (error) {
        if (isOver()) return;
        if (error instanceof TooLarge && !this.alone) continue; // smaller sends may do
        this.failures += 1;
        await this.report(error as Error);
        await this.watch.check(error as Error); // which makes the topic, should it be gone
        await pause(pauseAfter(this.failures), signal);
      }
    }
  }

  private async publish(signal: AbortSignal): Promise<void> {
    const { kafka, limit, reader, place, bell } = this;
    const client = kafkaClient(kafka);
    const publisher = await TopicPublisher.openUnless(signal, client, kafka.topic);
    const publish = (messages: OutgoingMessage[]): Promise<void> =>
      publisher.publish(messages).catch((error: unknown) => {
        this.tolerate(error);
      });
    const publication = new Publication(reader, { publish }, place, bell, limit, this.spans());
    try {
      const from = await this.place.read();
      await this.place.report(null);
      if (this.trouble !== null) this.logger.log(`publishes again, from ${from.position} on`);
      this.trouble = null;
      await publication.run(from, signal);
    } catch (error) {
      if (publication.sent > 0) this.failures = 0;
      this.alone = publication.limit === 1;
      this.limit = error instanceof TooLarge ? Math.max(1, publication.limit >> 2) : mostEvents;
      throw error;
    } finally {
      await publisher.close();
    }
  }

  /**
   * Goes on with a topic that began again, which the watch names: what is sent twice would hide that as much
   * is missing.
   *
   * @throws any other error.
   */
  private tolerate(error: unknown): void {
    if (!(error instanceof TopicBeganAgain)) throw error;
    this.logger.warn(error.message);
    void this.watch.check();
  }

  private spans(): SendSpans | null {
    const { tracing, reader, kafka } = this;
    return tracing === null ? null : new SendSpans(tracing, reader.pool, kafka.topic);
  }

  private async wait(state: TopicState): Promise<void> {
    if ('detail' in state) await this.say(state.detail);
  }

  private async report(error: Error): Promise<void> {
    const hint =
      error instanceof TooLarge ? "the next event exceeds the topic's max.message.bytes: " : '';
    const detail = hint + error.message;
    if (detail !== this.trouble) this.logger.warn(`cannot publish for now: ${detail}`);
    await this.say(detail).catch(() => undefined); // the database is away: health knows that itself
  }

  private async say(trouble: string): Promise<void> {
    this.trouble = trouble;
    await this.place.report(trouble);
  }
}
