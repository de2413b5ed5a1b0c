import { Logger } from '@nestjs/common';
import type { Pool } from 'pg';
import type { StoredEvent } from '../../events/event-metadata';
import type { KafkaSettings } from '../config/settings';
import { kafkaClient } from '../kafka/kafka-client';
import { contextOf } from '../kafka/message-context';
import { consumeTopic } from '../kafka/topic-consumer';
import type { ConsumedBatch } from '../kafka/topic-consumer';
import type { TopicWatch } from '../kafka/topic-watch';
import type { LedgerReader } from '../ledger/ledger-reader';
import { pause } from '../pacing/pause';
import { Trouble } from '../pacing/trouble';
import type { ApplySpans } from './apply-spans';
import { nextDelivery } from './delivery';
import { Follower } from './follower';
import type { Delivery } from './follower';
import { Gathering } from './gathering';
import type { GenerationRunner } from './generation-runner';
import { progressSql } from './generation.sql';
import type { Roster } from './roster';
import { applyToEach } from './apply-to-each';
import { SharedReads } from './shared-reads';

/** Events of one partition, at most, that are applied in one transaction. */
const chunkEvents = 500;
/** Events, of several partitions, to which no more are added. */
const fullLot = 1_000;
const ledgerEvents = 2_000;
const lookMilliseconds = 1_000;
/** Looks for which a partition may be behind without moving, before the ledger is read instead. */
const patienceLooks = 5;
const shortestBackoff = 500;
const longestBackoff = 10_000;

interface Progress {
  readonly generation: string;
  readonly partition: number;
  readonly position: string;
  readonly published: string;
}

/**
 * Feeds generations from the topic, as one of a group of processes that share its partitions. What
 * the topic does not bring, for whatever reason, is read from the ledger; see `follower.ts`.
 */
export class KafkaFeed {
  private readonly logger = new Logger(KafkaFeed.name);
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`cannot read the topic for now: ${message}`);
  });

  constructor(
    private readonly kafka: KafkaSettings,
    private readonly watch: TopicWatch,
    private readonly reader: LedgerReader,
    private readonly pool: Pool,
    /** Where it is traced what is applied. */
    private readonly spans: ApplySpans | null = null,
  ) {}

  /** Feeds whoever is on the roster, until `signal` is aborted. */
  async run(roster: Roster, signal: AbortSignal): Promise<void> {
    const reads = new SharedReads(this.reader, ledgerEvents);
    const read = (after: bigint): Promise<readonly StoredEvent[]> => reads.after(after);
    const followers = new Set<Follower>();
    const follow = async (runner: GenerationRunner, listed: AbortSignal): Promise<void> => {
      const follower = new Follower(runner, read, this.kafka.partitions);
      followers.add(follower);
      await follower.catchUp(listed);
      followers.delete(follower);
    };
    await Promise.all([
      this.consume(followers, signal),
      this.look(followers, signal),
      roster.attend(follow, signal),
    ]);
  }

  private async consume(followers: ReadonlySet<Follower>, signal: AbortSignal): Promise<void> {
    const { topic, group, partitions } = this.kafka;
    const subscription = { topic, group, concurrency: partitions };
    for (let failures = 0; !signal.aborted;) {
      const started = performance.now();
      try {
        const usable = await this.watch.usable(signal);
        const until = AbortSignal.any([signal, usable]);
        const gathering = new Gathering<Delivery>(
          fullLot,
          ({ events }) => events.length,
          (items) => this.apply([...followers], items),
        );
        const handle = (batch: ConsumedBatch): Promise<void> => this.handle(batch, gathering);
        await consumeTopic(kafkaClient(this.kafka), subscription, handle, until);
      } catch (error) {
        if (performance.now() - started > longestBackoff) failures = 0;
        failures += 1;
        this.trouble.met(error);
        await this.watch.check(error as Error);
        await pause(Math.min(longestBackoff, shortestBackoff * 2 ** failures), signal);
      }
    }
  }

  private async handle(batch: ConsumedBatch, gathering: Gathering<Delivery>): Promise<void> {
    const { partition } = batch;
    for (let rest = batch.messages; rest.length > 0 && batch.isCurrent();) {
      const { delivery, count } = nextDelivery(partition, rest, chunkEvents);
      if (delivery !== null) {
        const origins = this.spans === null ? [] : rest.slice(0, count).map(contextOf);
        const known = origins.filter((context) => context !== null);
        await gathering.offer(known.length === 0 ? delivery : { ...delivery, origins: known });
      }
      const last = rest[count - 1];
      if (last !== undefined) batch.resolve(last);
      rest = rest.slice(count);
      await batch.heartbeat();
    }
    if (this.trouble.over()) this.logger.log('the topic is read again');
  }

  private apply(followers: readonly Follower[], deliveries: readonly Delivery[]): Promise<void> {
    const work = (): Promise<void> =>
      apply(this.pool, followers, deliveries, this.kafka.partitions);
    if (this.spans === null) return work();
    const origins = deliveries.flatMap((delivery) => delivery.origins ?? []);
    const events = deliveries
      .flatMap((delivery) => delivery.events)
      .toSorted((one, other) => Number(one.position - other.position));
    const generations = followers.map(({ runner }) => runner.generation.id);
    return this.spans.around(origins, { events, generations }, work);
  }

  /** Sees which partitions stay behind what was published though Kafka brings nothing. */
  private async look(followers: ReadonlySet<Follower>, signal: AbortSignal): Promise<void> {
    const seen = new Set<Follower>();
    while (!signal.aborted) {
      try {
        const all = [...followers];
        const byId = new Map(all.map((follower) => [follower.runner.generation.id, follower]));
        const { rows } = await this.pool.query<Progress>({
          name: 'progress',
          text: progressSql,
          values: [[...byId.keys()], this.kafka.topic],
        });
        for (const { generation, partition, position, published } of rows) {
          const follower = byId.get(generation);
          if (follower === undefined) continue;
          // One that is new has no reason to wait for what others were brought long ago.
          const isNew = !seen.has(follower) && follower.runner.generation.state !== 'live';
          const patience = isNew ? 0 : patienceLooks;
          follower.look(partition, BigInt(position), BigInt(published), patience);
        }
        for (const follower of all) seen.add(follower);
      } catch {
        // The database is away; whoever writes to it says so.
      }
      await pause(lookMilliseconds, signal);
    }
  }
}

/** Those that follow the topic together; those that do not, or cannot, each by itself. */
const apply = async (
  pool: Pool,
  followers: readonly Follower[],
  deliveries: readonly Delivery[],
  partitions: number,
): Promise<void> => {
  const level = followers.filter((one) => one.isLevel(deliveries));
  const failed = await applyToEach(
    pool,
    level.map(({ runner }) => runner),
    deliveries,
    partitions,
  );
  const outcomes = await Promise.allSettled(
    followers.map((follower) => {
      if (!level.includes(follower)) return follower.take(deliveries);
      const error = failed.get(follower.runner);
      return error === undefined ? Promise.resolve() : follower.recover(deliveries, error);
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
};
