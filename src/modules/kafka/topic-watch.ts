import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { SETTINGS } from '../config/settings.token';
import type { KafkaSettings, Settings } from '../config/settings';
import { Bell } from '../pacing/bell';
import { Metrics } from '../metrics/metrics';
import { kafkaClient } from './kafka-client';
import { isUnanswered } from './kafka-errors';
import { withinMilliseconds } from '../pacing/patience';
import { pause } from '../pacing/pause';
import { Trouble } from '../pacing/trouble';
import { messagesAt } from './last-messages';
import { administerTopic } from './topic-admin';
import type { TopicAdmin, TopicContent } from './topic-admin';
import { TopicEnds, foreignSql } from './topic-ends';
import type { ForeignEvent, NamedEvent } from './topic-ends';
import { aheadDetail, missingDetail, newTopic, topicFaults } from './topic-rules';

/** What is known of the topic. */
export type TopicState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'usable' }
  /** Usable, but not all is on it that the relay sent. */
  | { readonly kind: 'incomplete'; readonly detail: string }
  | { readonly kind: 'wrong'; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly detail: string };

const soonMilliseconds = 1_000;
const laterMilliseconds = 5_000;
/** For one look, and within it for the database. */
const lookAtMost = 10_000;
const askAtMost = 2_000;
/** For a look under way when the application stops. */
const patience = 1_000;

/** Positions are dense: as many events are on the topic as the relay's position says. */
const sentSql = `select position::text as sent from ops.relay where topic = $1`;

/**
 * Sees that the topic is as it has to be: at the start, and from time to time. Where it is used, it is
 * made if it is missing; while it is not as it has to be, whoever asks to use it waits, and whoever uses it
 * is told to stop. Where it is not used, health is all that this is for.
 */
@Injectable()
export class TopicWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(TopicWatch.name);
  private readonly over = new AbortController();
  private readonly changed = new Bell();
  private known: TopicState = { kind: 'unknown' };
  /** Aborted when those who use the topic have to stop; null while nobody may. */
  private use: AbortController | null = null;
  private underWay: Promise<void> | null = null;
  private watching: Promise<void> = Promise.resolve();
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`whether the topic is ahead of the ledger is not known: ${message}`);
  });
  private readonly ends = new TopicEnds(
    (ends) => this.read(ends),
    (named) => this.foreignOf(named),
  );

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @InjectDataSource() private readonly database: DataSource,
    metrics: Metrics,
  ) {
    if (settings.kafka === null) return;
    const help =
      'Whether the topic is not as it has to be, lacks what was sent to it, or is ahead of the ledger';
    metrics.gauge('flowledger_kafka_topic_fault', help, [], (gauge) => {
      gauge.set(this.known.kind === 'wrong' || this.known.kind === 'incomplete' ? 1 : 0);
    });
  }

  get state(): TopicState {
    return this.known;
  }

  onApplicationBootstrap(): void {
    const { kafka } = this.settings;
    if (kafka !== null) this.watching = this.watch(kafka);
  }

  async onApplicationShutdown(): Promise<void> {
    this.over.abort();
    const ended = Promise.all([this.watching, this.underWay]);
    await withinMilliseconds(patience, ended).catch(() => undefined);
  }

  /**
   * Waits until the topic may be used, and tells what it waits for; the signal it gives is aborted
   * when the topic must not be used any more.
   */
  async usable(
    signal: AbortSignal,
    waiting: (state: TopicState) => Promise<void> = () => Promise.resolve(),
  ): Promise<AbortSignal> {
    while (this.use === null && !signal.aborted) {
      const { count } = this.changed;
      await waiting(this.known);
      await this.changed.beyond(count, laterMilliseconds, signal);
    }
    return this.use?.signal ?? signal;
  }

  /**
   * Looks at the topic now, for one to whom something about it looked wrong. That brokers did not answer
   * it is believed until the look is over.
   */
  async check(trouble?: Error): Promise<void> {
    const { kafka } = this.settings;
    if (kafka === null) return;
    if (trouble !== undefined && isUnanswered(trouble)) this.lose(kafka, trouble);
    if (this.over.signal.aborted) return;
    this.underWay ??= this.look(kafka).finally(() => (this.underWay = null));
    await this.underWay;
  }

  /** Looks at the topic now, for one who is about to publish: the ledger may have been put back before. */
  async checkAgain(): Promise<void> {
    await this.underWay; // which may have seen the ledger before
    this.ends.doubt();
    await this.check();
  }

  /** Whether anything here publishes to the topic or reads it. */
  private get isUsed(): boolean {
    const { parts, feed } = this.settings;
    return parts.has('relay') || (parts.has('projector') && feed === 'kafka');
  }

  private async watch(kafka: KafkaSettings): Promise<void> {
    this.logger.debug(`watching topic ${kafka.topic}`);
    while (!this.over.signal.aborted) {
      await this.check();
      const isUsable = this.known.kind === 'usable' || this.known.kind === 'incomplete';
      const wait = isUsable ? laterMilliseconds : soonMilliseconds;
      await pause(wait, this.over.signal);
    }
  }

  private async look(kafka: KafkaSettings): Promise<void> {
    const looking = administerTopic(kafkaClient(kafka), kafka.topic, (admin) =>
      this.stateOf(kafka, admin),
    );
    try {
      this.learn(await withinMilliseconds(lookAtMost, looking));
    } catch (error) {
      this.lose(kafka, error as Error);
    }
  }

  /** Whoever uses the topic goes on: whether the brokers can be reached they see for themselves. */
  private lose({ brokers }: KafkaSettings, { message }: Error): void {
    this.learn({ kind: 'unreachable', detail: `${brokers.join(', ')}: ${message}` });
  }

  private async stateOf(kafka: KafkaSettings, admin: TopicAdmin): Promise<TopicState> {
    const { topic } = kafka;
    const sent = await this.sent(topic); // first: while it is looked at, more is sent
    const faults = await this.faults(kafka, admin);
    if (faults.length > 0) return { kind: 'wrong', detail: `topic ${topic}: ${faults.join('; ')}` };
    const content = sent === null ? null : await this.content(sent, admin);
    if (sent !== null && content !== null) await this.compare(sent, content);
    const { known } = this.ends;
    if (known !== null) return { kind: 'wrong', detail: aheadDetail(topic, known) };
    if (sent === null || content === null || content.kept >= sent) return { kind: 'usable' };
    return { kind: 'incomplete', detail: missingDetail(topic, sent, content.kept) };
  }

  /** Null of one that may have been made just now, and is not served yet. */
  private content(sent: bigint, admin: TopicAdmin): Promise<TopicContent | null> {
    return admin.content().catch((error: unknown) => {
      if (sent > 0n) throw error;
      return null;
    });
  }

  private async compare(sent: bigint, content: TopicContent): Promise<void> {
    try {
      await this.ends.compare(sent, content);
      this.trouble.over();
    } catch (error) {
      this.trouble.met(error); // and is tried again at the next look
    }
  }

  private async read(ends: TopicContent['ends']): ReturnType<typeof messagesAt> {
    const { kafka } = this.settings;
    return kafka === null ? [] : messagesAt(kafkaClient(kafka), kafka.topic, ends);
  }

  private async foreignOf(named: readonly NamedEvent[]): Promise<ForeignEvent | null> {
    const [foreign] = await this.ask<ForeignEvent>(foreignSql, [
      named.map(({ position }) => position),
      named.map(({ eventId }) => eventId),
    ]);
    return foreign ?? null;
  }

  /** How many events the relay sent, at least; null where the database does not say. */
  private async sent(topic: string): Promise<bigint | null> {
    try {
      const [row] = await this.ask<{ sent: string }>(sentSql, [topic]);
      return BigInt(row?.sent ?? 0);
    } catch {
      return null; // health knows by itself that the database is away
    }
  }

  private ask<Row>(sql: string, values: unknown[]): Promise<Row[]> {
    return withinMilliseconds(askAtMost, this.database.query<Row[]>(sql, values));
  }

  private async faults(kafka: KafkaSettings, admin: TopicAdmin): Promise<string[]> {
    const found = await admin.describe();
    if (found !== null) return topicFaults(kafka, found);
    if (!this.isUsed) return ['it is missing'];
    const wanted = newTopic(kafka, await admin.brokers());
    if (!(await admin.create(wanted))) throw new Error('brokers do not know yet what is there');
    const { partitions, replication } = wanted;
    const shape = `${String(partitions)} partitions, replication ${String(replication)}`;
    this.logger.log(`topic ${kafka.topic} was missing and is made: ${shape}`);
    const made = await admin.describe();
    return made === null ? ['it was made and is not there'] : topicFaults(kafka, made);
  }

  private learn(state: TopicState): void {
    const { known } = this;
    this.known = state;
    if (state.kind === 'usable' || state.kind === 'incomplete') this.use ??= new AbortController();
    if (state.kind === 'wrong') {
      this.use?.abort();
      this.use = null;
    }
    this.changed.strike();
    if (this.isUsed) this.tell(known, state);
  }

  private tell(known: TopicState, state: TopicState): void {
    const before = 'detail' in known ? known.detail : known.kind;
    if (state.kind === 'wrong' && state.detail !== before) this.logger.error(state.detail);
    if (state.kind === 'unreachable' && known.kind !== 'unreachable')
      this.logger.warn(`Kafka cannot be reached at ${state.detail}`);
    if (state.kind === 'incomplete' && known.kind !== 'incomplete') this.logger.error(state.detail);
    if (state.kind === 'usable' && 'detail' in known) this.logger.log('the topic can be used');
  }
}
