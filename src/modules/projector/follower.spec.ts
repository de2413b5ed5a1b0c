import { Logger } from '@nestjs/common';
import { DatabaseError } from 'pg';
import type { StoredEvent } from '../../events/event-metadata';
import { Gap } from './batch';
import type { Batch } from './batch';
import { Follower } from './follower';
import type { Delivery } from './follower';
import { partitionOf } from './partition';

Logger.overrideLogger(false);

const partitions = 2;

/** Streams of partition 0 and of partition 1. */
const streams = [0, 1].map((partition) => {
  const names = Array.from({ length: 50 }, (_, index) => `execution-${String(index)}`);
  return names.find((name) => partitionOf(name, partitions) === partition)!;
});

const eventAt = (position: number, partition: number): StoredEvent =>
  ({ position: BigInt(position), stream: streams[partition] }) as StoredEvent;

/** A ledger in which partitions take turns: odd positions are of partition 1. */
const ledger = Array.from({ length: 20 }, (_, index) => eventAt(index + 1, (index + 1) % 2));

/** A generation that keeps what it applied in memory. */
class Generation {
  readonly generation = {
    id: 'g',
    projection: 'p',
    version: 1,
    state: 'live',
    rebuild: null,
    epoch: '0',
    without: null,
  } as const;
  readonly reached = [0n, 0n];
  readonly applied: number[] = [];
  failures = 0;
  failure = new Error('the database is away');

  checkpoints(asked: readonly number[]): Promise<Map<number, bigint>> {
    return Promise.resolve(
      new Map(asked.map((partition) => [partition, this.reached[partition]!])),
    );
  }

  apply(...batches: readonly Batch[]): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(this.failure);
    }
    const gaps = batches.flatMap(({ partitions: [first = 0], after = 0n }) =>
      after > this.reached[first]! ? [first] : [],
    );
    if (gaps.length > 0) return Promise.reject(new Gap(gaps));
    for (const { events, partitions: own } of batches) {
      for (const event of events) {
        const partition = partitionOf(event.stream, partitions);
        if (!own.includes(partition) || event.position <= this.reached[partition]!) continue;
        this.applied.push(Number(event.position));
        this.reached[partition] = event.position;
      }
      for (const partition of own) {
        const last = events.at(-1)!.position;
        if (last > this.reached[partition]!) this.reached[partition] = last;
      }
    }
    return Promise.resolve();
  }
}

const delivery = (partition: number, after: number, ...positions: number[]): Delivery => ({
  partition,
  partitions: [partition],
  after: BigInt(after),
  events: positions.map((position) => eventAt(position, partition)),
});

describe('a generation that follows the topic', () => {
  let generation: Generation;
  let follower: Follower<Generation>;
  let stop: AbortController;
  let over: Promise<void>;

  beforeEach(() => {
    jest.useFakeTimers();
    generation = new Generation();
    const read = (after: bigint): Promise<StoredEvent[]> =>
      Promise.resolve(ledger.filter(({ position }) => position > after).slice(0, 5));
    follower = new Follower(generation, read, partitions);
    stop = new AbortController();
    over = follower.catchUp(stop.signal);
  });

  afterEach(async () => {
    stop.abort();
    await over;
    jest.useRealTimers();
  });

  const settle = (milliseconds = 1_000): Promise<void> =>
    jest.advanceTimersByTimeAsync(milliseconds);

  /** How far a partition is, where everything before it was applied once and in order. */
  const wholeUpTo = (partition: number): number => {
    const applied = generation.applied.filter((position) => position % 2 === partition);
    const own = ledger.filter((event) => event.stream === streams[partition]);
    const positions = own.map(({ position }) => Number(position));
    expect(applied).toEqual(positions.slice(0, applied.length));
    return applied.at(-1) ?? 0;
  };

  it('applies what goes on from where it is', async () => {
    await follower.take([delivery(0, 0, 2, 4), delivery(1, 0, 1)]);
    await follower.take([delivery(1, 1, 3)]);
    expect(generation.applied).toEqual([2, 4, 1, 3]);
  });

  it('reads from the ledger what is missing, and then goes on with the topic', async () => {
    await follower.take([delivery(0, 6, 8), delivery(1, 0, 1)]);
    expect(wholeUpTo(1)).toBe(1);
    await settle();
    expect(wholeUpTo(0)).toBeGreaterThanOrEqual(8);
    await follower.take([delivery(0, 8, 10, 12, 14, 16), delivery(1, 1, 3)]);
    expect([wholeUpTo(0), wholeUpTo(1)]).toEqual([16, 3]);
  });

  it('does not let other partitions wait for one that events are missing of', async () => {
    await follower.take([delivery(0, 2, 4, 6), delivery(1, 0, 1, 3)]);
    await follower.take([delivery(0, 6, 8), delivery(1, 3, 5, 7)]);
    expect(wholeUpTo(1)).toBe(7);
    await settle(20_000);
    expect(wholeUpTo(0)).toBeGreaterThanOrEqual(8);
    await follower.take([delivery(0, 8, 10, 12, 14, 16), delivery(1, 7, 9)]);
    expect([wholeUpTo(0), wholeUpTo(1)]).toEqual([16, 9]);
  });

  it('has all that the topic brought while it was catching up', async () => {
    await follower.take([delivery(0, 2, 4)]);
    await follower.take([delivery(0, 4, 6, 8)]);
    await follower.take([delivery(0, 8, 10, 12)]);
    expect(wholeUpTo(0)).toBeLessThan(12);
    await settle();
    expect(wholeUpTo(0)).toBeGreaterThanOrEqual(12);
  });

  it('leaves the trouble of the database to whoever delivers', async () => {
    generation.failures = 1;
    await expect(follower.take([delivery(0, 0, 2)])).rejects.toThrow('away');
    await follower.take([delivery(0, 0, 2)]);
    expect(generation.applied).toEqual([2]);
  });

  it('tries again by itself what the database refuses of it, and holds up nobody who delivers', async () => {
    generation.failures = 3;
    generation.failure = Object.assign(new DatabaseError('out of range', 0, 'error'), {
      code: '22003',
    });
    await follower.take([delivery(0, 0, 2, 4), delivery(1, 0, 1)]);
    expect(generation.applied).toEqual([]);
    await settle(10_000);
    expect(wholeUpTo(0)).toBeGreaterThanOrEqual(4);
    expect(wholeUpTo(1)).toBeGreaterThanOrEqual(1);
  });

  it('tries again by itself where the database fails while it catches up', async () => {
    await follower.take([delivery(0, 2, 4)]);
    generation.failures = 3;
    await settle(10_000);
    expect(wholeUpTo(0)).toBeGreaterThanOrEqual(4);
  });

  it('reads the ledger where it stays behind though the topic brings nothing', async () => {
    for (let look = 0; look < 3; look += 1) follower.look(0, 0n, 6n, 3);
    await settle();
    expect(generation.applied).toEqual([]);
    follower.look(0, 0n, 6n, 3);
    await settle();
    expect(wholeUpTo(0)).toBeGreaterThanOrEqual(6);
  });

  it('is left alone while it moves', async () => {
    for (let look = 0; look < 9; look += 1) follower.look(0, BigInt(look), 20n, 3);
    follower.look(1, 20n, 20n, 0);
    await settle();
    expect(generation.applied).toEqual([]);
  });
});
