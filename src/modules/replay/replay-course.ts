import { Logger } from '@nestjs/common';
import type { KafkaSettings } from '../config/settings';
import type { Bell } from '../pacing/bell';
import { kafkaClient } from '../kafka/kafka-client';
import { partitionsOfReadyTopic } from '../kafka/replay-topic';
import type { ReplayTopic } from '../kafka/replay-topic';
import { TooLarge, TopicBeganAgain, TopicPublisher } from '../kafka/topic-publisher';
import type { Metrics } from '../metrics/metrics';
import { Pacer } from '../pacing/pacer';
import { unlessStopped } from '../pacing/patience';
import { pause } from '../pacing/pause';
import { pauseAfter } from '../pacing/pause-after';
import { Trouble } from '../pacing/trouble';
import { whileRunning } from '../pacing/while-running';
import { eventScopeOf, namesOf } from '../reading/events/event-scope';
import type { EventLog } from '../reading/events/event-log';
import type { EventSections } from '../reading/events/event-sections';
import { mostEvents } from '../relay/publication';
import type { OpenSpan } from '../telemetry/tracing';
import type { RecordedReplays, Replay } from './recorded-replays';
import type { ReplayPlace, ReplayPlaces } from './replay-places';
import type { ReplaySpans } from './replay-spans';
import { Sending } from './sending';

/** Looks that find what was sent gone, one after the other, before that is believed: some 15 s. */
const looksAtLoss = 7;

/** Why a replay cannot go on, however often it is tried. */
class Hopeless extends Error {}

const gone = (topic: string): Hopeless =>
  new Hopeless(`topic ${topic} is gone, and with it what was sent there: start another`);

/** What came of a replay that is not to be gone on with. */
export type Ending =
  | { readonly kind: 'completed'; readonly place: ReplayPlace }
  | { readonly kind: 'failed'; readonly place: ReplayPlace; readonly cause: string };

interface Means {
  readonly kafka: KafkaSettings;
  readonly log: EventLog;
  readonly sections: EventSections;
  readonly replays: RecordedReplays;
  readonly places: ReplayPlaces;
  /** Struck when a replay may have changed. */
  readonly bell: Bell;
  /** Where replays are traced. */
  readonly spans: ReplaySpans | null;
  readonly metrics: Metrics;
  /** Looks at a topic; null where it is not found. */
  readonly topicOf: (kafka: KafkaSettings, topic: string) => Promise<ReplayTopic | null>;
}

/** Whether it is the topic that all of this was sent to, and not one made again under its name. */
const holds = ({ partitions, written }: ReplayTopic, { last, sent }: ReplayPlace): boolean =>
  partitions >= last.length && written >= sent;

/**
 * One replay while this process carries it out.
 *
 * counting -> preparing the topic -> sending -> everything is sent
 *     (anything failed) -> a little later, with a new publisher, on from the stored place
 *     (an event is too large by itself, or the topic was lost, look after look) -> failed
 */
export class ReplayCourse {
  private readonly logger = new Logger('Replay');
  private readonly pacer: Pacer;
  private limit: number;
  private failures = 0;
  /** Looks in a row that found what was sent gone. */
  private losses = 0;
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`replay ${this.replay.replayId} cannot go on for now: ${message}`);
  });

  constructor(
    private readonly replay: Replay,
    private readonly means: Means,
  ) {
    this.pacer = new Pacer(replay.started.data.maxEventsPerSecond);
    this.limit = this.pacer.portion(mostEvents);
  }

  /** Goes on to an end; null when `signal` was aborted, or the replay paused or cancelled before. */
  run(signal: AbortSignal): Promise<Ending | null> {
    const { bell, replays } = this.means;
    const isRunning = async (): Promise<boolean> =>
      (await replays.find(this.replay.replayId))?.status === 'running';
    return whileRunning(isRunning, bell, (until) => this.persist(until), signal);
  }

  private async persist(signal: AbortSignal): Promise<Ending | null> {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        const place = await this.means.metrics.round('replayer', () => this.attempt(signal));
        if (place.position >= place.end) return { kind: 'completed', place };
      } catch (error) {
        if (isOver()) break;
        if (error instanceof Hopeless) return await this.failed(error);
        if (error instanceof TooLarge) continue; // smaller sends may do
        this.failures += 1;
        await this.report(error as Error);
        await pause(pauseAfter(this.failures), signal);
      }
    }
    return null;
  }

  private async failed({ message }: Hopeless): Promise<Ending> {
    return { kind: 'failed', place: await this.place(), cause: message };
  }

  private async attempt(signal: AbortSignal): Promise<ReplayPlace> {
    const from = await this.prepared(signal);
    if (from.position >= from.end || signal.aborted) return from;
    const span = await this.means.spans?.begin(this.replay.started);
    try {
      return await this.sendFrom(from, signal, span);
    } finally {
      span?.end();
    }
  }

  private async sendFrom(
    from: ReplayPlace,
    signal: AbortSignal,
    span: OpenSpan | undefined,
  ): Promise<ReplayPlace> {
    const { kafka, log, places } = this.means;
    const { replayId, started } = this.replay;
    const { topic, scope } = started.data;
    const publisher = await TopicPublisher.openUnless(signal, kafkaClient(kafka), topic);
    const names = namesOf(eventScopeOf(scope));
    const work = { replayId, names };
    const sending = new Sending(work, log, publisher, places, this.pacer, this.limit, span);
    try {
      await places.resume(replayId);
      if (this.trouble.over()) this.logger.log(`replay ${replayId} goes on`);
      return await sending.run(from, signal);
    } catch (error) {
      if (sending.sent > 0) this.failures = 0;
      if (error instanceof TooLarge) await this.shrink(sending.attempted);
      if (error instanceof TopicBeganAgain) throw gone(topic);
      throw error;
    } finally {
      await publisher.close();
    }
  }

  private async shrink(attempted: number): Promise<void> {
    this.limit = Math.max(1, attempted >> 2);
    if (attempted > 1) return;
    const { position } = await this.place();
    throw new Hopeless(
      `the next event behind position ${position} exceeds the topic's max.message.bytes`,
    );
  }

  /** The place, once the scope is counted and the topic is there. */
  private async prepared(signal: AbortSignal): Promise<ReplayPlace> {
    const { kafka, places } = this.means;
    const { replayId, started } = this.replay;
    const { topic } = started.data;
    if ((await places.read(replayId)) === null) await this.count();
    const place = await this.place();
    if (place.sent === 0n) {
      const partitions = partitionsOfReadyTopic(kafka, topic);
      await places.spread(replayId, await unlessStopped(signal, 0, partitions));
      return this.place();
    }
    const found = await unlessStopped(signal, 0, this.means.topicOf(kafka, topic));
    if (found === null || !holds(found, place)) throw this.lost(topic);
    this.losses = 0;
    return place;
  }

  /** While a topic is made or its leaders change, a broker may not know of it. */
  private lost(topic: string): Error {
    this.losses += 1;
    if (this.losses < looksAtLoss) return new Error(`topic ${topic} is not found as it was left`);
    return gone(topic);
  }

  /** What is recorded from the replay's own start on is not part of it. */
  private async count(): Promise<void> {
    const { sections, places } = this.means;
    const { replayId, started } = this.replay;
    const before = started.position - 1n;
    const scope = eventScopeOf(started.data.scope);
    const { toPosition = before } = scope;
    const end = toPosition < before ? toPosition : before;
    const counts = await sections.countsOf({ ...scope, toPosition: end });
    const after = BigInt(counts.fromPosition) - 1n;
    await places.begin(replayId, { after, end: BigInt(counts.toPosition), total: counts.total });
  }

  private async place(): Promise<ReplayPlace> {
    const place = await this.means.places.read(this.replay.replayId);
    if (place === null) throw new Error('the replay has no place');
    return place;
  }

  private async report(error: Error): Promise<void> {
    this.trouble.met(error);
    // Not if the database is away: health knows that itself.
    const { replayId } = this.replay;
    await this.means.places.report(replayId, error.message).catch(() => undefined);
  }
}
