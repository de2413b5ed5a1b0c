import type { ClientBase, Pool, QueryConfig } from 'pg';
import { orderIn } from '../../projections/parking-lot';
import type { ParkedEvent } from '../../projections/parking-lot';
import { Gap } from './batch';
import type { BoundedBatch } from './batch';
import { lockCheckpoints } from './checkpoints';
import type { Checkpoints } from './checkpoints';
import type { Generation } from './generations';
import { parkedOf } from './parked';
import { partitionOf } from './partition';

/**
 * Folds those events that lie behind the checkpoints, and what was parked of their streams, into the
 * statements that write what came of them.
 */
export type Fold = (checkpoints: Checkpoints, parked: readonly ParkedEvent[]) => QueryConfig[];

/** A generation that batches are applied to. */
export interface Participant {
  readonly generation: Generation;
  /** Reads the rows that events of `streams` may change, those of the batches among them. */
  read(
    client: ClientBase,
    batches: readonly BoundedBatch[],
    streams: ReadonlySet<string>,
  ): Promise<Fold>;
  /** The partitions of batches before which events are missing. */
  gaps(batches: readonly BoundedBatch[], checkpoints: Checkpoints): number[];
}

/**
 * Applies batches, whose partitions are different ones, to several generations in one transaction:
 * the rows of all and their checkpoints, or nothing. Two round trips, however many they are:
 *
 *   begin, lock the checkpoints, read what is parked, read the rows
 *   -> fold -> write the rows, park, advance, commit
 *
 * @throws Gap if events before a batch are not applied.
 */
export const applyJointly = async (
  pool: Pool,
  participants: readonly Participant[],
  batches: readonly BoundedBatch[],
  partitionCount: number,
): Promise<void> => {
  const client = await pool.connect();
  let broken = false;
  try {
    const generations = participants.map(({ generation }) => generation.id);
    const ordered = orderedStreams(batches);
    const streams = new Set([...ordered, ...streamsOf(batches)]);
    // What is parked of a stream is its partition's, whichever partition the word came by.
    const theirs = ordered.map((stream) => partitionOf(stream, partitionCount));
    const begun = client.query('begin');
    const checkpoints = lockCheckpoints(client, generations, batches, theirs, partitionCount);
    const [, locked, parked, ...folds] = await settled([
      begun,
      checkpoints.found,
      parkedOf(client, generations, [...streams], ordered),
      ...participants.map((one) => one.read(client, batches, streams)),
    ] as const);
    const gaps = new Set<number>();
    const writes = participants.flatMap((one, index) => {
      const reached = locked.get(one.generation.id) ?? new Map<number, bigint>();
      const behind = one.gaps(batches, reached);
      for (const partition of behind) gaps.add(partition);
      if (behind.length > 0) return [];
      return folds[index]?.(reached, parked.get(one.generation.id) ?? []) ?? [];
    });
    if (gaps.size > 0) throw new Gap([...gaps]);
    await settled([
      ...writes.map((write) => client.query(write)),
      checkpoints.advance(),
      client.query('commit'),
    ]);
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
};

const streamsOf = (batches: readonly BoundedBatch[]): string[] =>
  batches.flatMap(({ events }) => events.map(({ stream }) => stream));

/** The streams of which something parked is to be tried again or left out. */
const orderedStreams = (batches: readonly BoundedBatch[]): string[] =>
  batches.flatMap(({ events }) => events.flatMap((event) => orderIn(event)?.data.stream ?? []));

/**
 * All results, or the first error once everything has settled: what was sent on a connection must
 * not go on behind the rollback of its transaction.
 */
const settled = async <T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> => {
  await Promise.allSettled(work);
  return Promise.all(work);
};
