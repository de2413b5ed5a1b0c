import { Logger } from '@nestjs/common';
import type { SpanContext } from '@opentelemetry/api';
import type { StoredEvent } from '../../events/event-metadata';
import { leavesOpen } from '../database/outage';
import { lowestOf } from '../ledger/lowest';
import { Bell } from '../pacing/bell';
import { Trouble } from '../pacing/trouble';
import { backoffAfter } from './backoff';
import { Gap } from './batch';
import type { Batch } from './batch';
import type { GenerationRunner } from './generation-runner';

const idleMilliseconds = 500;

/** Consecutive events of one partition, as Kafka brought them. */
export interface Delivery extends Batch {
  readonly partition: number;
  readonly after: bigint;
  /** The spans that its messages say to go on from, where that is looked at. */
  readonly origins?: readonly SpanContext[];
}

/**
 * How a generation gets the events of one partition.
 *
 * following -> (events are missing) -> catching up -> following
 *
 * While it follows, what Kafka brings is applied. While it catches up, it reads the ledger by itself
 * until it has all that Kafka has brought meanwhile.
 */
interface Lane {
  following: boolean;
  /** While catching up: up to where. */
  target: bigint;
  /** While catching up: not before this time (of `performance.now()`). */
  due: number;
  failures: number;
  /** What keeps it from catching up, where something does. */
  readonly trouble: Trouble;
  /** Where it was when last looked at, and how often it has been there since. */
  seen: bigint;
  looks: number;
}

type Fed = Pick<GenerationRunner, 'generation' | 'checkpoints' | 'apply'>;

/** Keeps one generation level with the topic, whatever the topic has lost. */
export class Follower<Runner extends Fed = GenerationRunner> {
  private readonly logger = new Logger('KafkaFeed');
  private readonly lanes: readonly Lane[];
  private readonly bell = new Bell();

  constructor(
    readonly runner: Runner,
    private readonly read: (after: bigint) => Promise<readonly StoredEvent[]>,
    partitions: number,
  ) {
    this.lanes = Array.from({ length: partitions }, (_, partition) => ({
      following: true,
      target: 0n,
      due: 0,
      failures: 0,
      trouble: new Trouble((message) => {
        const { id } = runner.generation;
        this.logger.error(`${id} catches up later in partition ${partition}: ${message}`);
      }),
      seen: -1n,
      looks: 0,
    }));
  }

  /** Whether all of these deliveries are to be applied as they come. */
  isLevel(deliveries: readonly Delivery[]): boolean {
    return deliveries.every(({ partition }) => this.lane(partition).following);
  }

  /**
   * Applies deliveries of different partitions, or leaves to the ledger those that cannot be applied:
   * other partitions, and other generations, are not held up by them.
   *
   * @throws Error where the database is away.
   */
  async take(deliveries: readonly Delivery[]): Promise<void> {
    const rest = deliveries.filter((delivery) => this.follows(delivery));
    if (rest.length === 0) return;
    try {
      await this.runner.apply(...rest);
    } catch (error) {
      await this.recover(rest, error);
    }
  }

  /**
   * Takes what it can of deliveries that it was given and that failed with `error`.
   *
   * @throws Error where the database is away.
   */
  async recover(deliveries: readonly Delivery[], error: unknown): Promise<void> {
    // What the database refuses of one generation is for that one to try again, and for no other to wait for.
    const leaving = leavesOpen(error)
      ? this.hindered(error)
      : deliveries.map(({ partition }) => partition);
    if (leaving.length === 0) throw error;
    for (const { partition, events } of deliveries) {
      if (leaving.includes(partition)) this.leave(partition, events.at(-1)?.position ?? 0n);
    }
    await this.take(deliveries);
  }

  /**
   * Told from time to time where the generation is and what was published: one that stays behind for
   * `patience` looks, with nothing coming from Kafka, gets it from the ledger.
   */
  look(partition: number, position: bigint, published: bigint, patience: number): void {
    const lane = this.lanes[partition];
    if (lane === undefined || !lane.following) return;
    lane.looks = position < published && lane.seen === position ? lane.looks + 1 : 0;
    lane.seen = position;
    if (position < published && lane.looks >= patience) this.leave(partition, published);
  }

  /** Serves the partitions that catch up, until `signal` is aborted. */
  async catchUp(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { count } = this.bell;
      const due = this.due();
      if (due.length === 0) {
        await this.bell.beyond(count, idleMilliseconds, signal);
        continue;
      }
      try {
        await this.step(due);
      } catch (error) {
        const stuck = this.hindered(error);
        this.setBack(stuck.length > 0 ? stuck : due, error as Error);
      }
    }
  }

  private async step(partitions: readonly number[]): Promise<void> {
    const checkpoints = await this.runner.checkpoints(partitions);
    if (this.rejoin(checkpoints)) return;
    const floor = lowestOf(checkpoints.values());
    const events = await this.read(floor);
    if (events.length === 0) throw new Error(`the ledger ends at ${floor}, the topic does not`);
    await this.runner.apply({ partitions, events });
    for (const partition of partitions) this.goesOn(partition);
  }

  /** Lets those follow again that have all that Kafka has brought. */
  private rejoin(checkpoints: ReadonlyMap<number, bigint>): boolean {
    let any = false;
    for (const [partition, position] of checkpoints) {
      const lane = this.lane(partition);
      if (position < lane.target) continue;
      lane.following = true;
      lane.looks = 0;
      any = true;
    }
    return any;
  }

  private follows({ partition, events }: Delivery): boolean {
    const lane = this.lane(partition);
    const last = events.at(-1)?.position ?? 0n;
    if (!lane.following && last > lane.target) lane.target = last;
    return lane.following;
  }

  /** The partitions that an error concerns, where it concerns some and not all. */
  private hindered(error: unknown): readonly number[] {
    return error instanceof Gap ? error.partitions : [];
  }

  private leave(partition: number, target: bigint): void {
    const lane = this.lane(partition);
    lane.following = false;
    lane.due = 0;
    if (target > lane.target) lane.target = target;
    this.bell.strike();
  }

  private goesOn(partition: number): void {
    const lane = this.lane(partition);
    if (lane.trouble.over())
      this.logger.log(`${this.runner.generation.id} goes on in partition ${partition}`);
    lane.failures = 0;
  }

  private setBack(partitions: readonly number[], error: Error): void {
    for (const partition of partitions) {
      const lane = this.lane(partition);
      lane.failures += 1;
      lane.due = performance.now() + backoffAfter(error, lane.failures);
      lane.trouble.met(error);
    }
  }

  private due(): number[] {
    const now = performance.now();
    return this.lanes.flatMap(({ following, due }, partition) =>
      following || due > now ? [] : [partition],
    );
  }

  private lane(partition: number): Lane {
    const lane = this.lanes[partition];
    if (lane === undefined) throw new Error(`there is no partition ${partition}`);
    return lane;
  }
}
