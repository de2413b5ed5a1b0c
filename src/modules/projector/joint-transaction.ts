import type { ClientBase, Pool, QueryConfig } from 'pg';
import { orderIn } from '../../projections/parking-lot';
import type { ParkedEvent } from '../../projections/parking-lot';
import { Gap } from './batch';
import type { BoundedBatch } from './batch';
import type { Generation } from './generations';
import { advanceSql, lockCheckpointsSql } from './generation.sql';
import { parkedOf } from './parked';
import { partitionOf } from './partition';

/** How far a generation is, by partition. */
export type Checkpoints = ReadonlyMap<number, bigint>;

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
    const partitions = batches.flatMap((batch) => batch.partitions);
    const ordered = orderedStreams(batches);
    const streams = new Set([...ordered, ...streamsOf(batches)]);
    // What is parked of a stream is its partition's, whichever partition the word came by.
    const theirs = ordered.map((stream) => partitionOf(stream, partitionCount));
    const [, locked, parked, ...folds] = await settled([
      client.query('begin'),
      lockCheckpoints(client, generations, [...new Set([...partitions, ...theirs])]),
      parkedOf(client, generations, [...streams]),
      ...participants.map((one) => one.read(client, batches, streams)),
    ] as const);
    const gaps = new Set<number>();
    const writes = participants.flatMap((one, index) => {
      const checkpoints = locked.get(one.generation.id) ?? new Map<number, bigint>();
      const behind = one.gaps(batches, checkpoints);
      for (const partition of behind) gaps.add(partition);
      if (behind.length > 0) return [];
      return folds[index]?.(checkpoints, parked.get(one.generation.id) ?? []) ?? [];
    });
    if (gaps.size > 0) throw new Gap([...gaps]);
    const reached = batches.flatMap((batch) => batch.partitions.map(() => batch.through));
    await settled([
      ...writes.map((write) => client.query(write)),
      client.query({
        name: 'advance-checkpoints',
        text: advanceSql,
        values: [generations, partitions, reached],
      }),
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

/** The checkpoints of generations in some partitions, locked until the transaction is over. */
const lockCheckpoints = async (
  client: ClientBase,
  generations: readonly string[],
  partitions: readonly number[],
): Promise<Map<string, Checkpoints>> => {
  const { rows } = await client.query<{
    generation: string;
    partition: number;
    position: string;
  }>({ name: 'lock-checkpoints', text: lockCheckpointsSql, values: [generations, partitions] });
  if (rows.length !== generations.length * partitions.length) {
    throw new Error(`not all checkpoints are there of ${generations.join(', ')}`);
  }
  const found = new Map(generations.map((id) => [id, new Map<number, bigint>()]));
  for (const { generation, partition, position } of rows) {
    found.get(generation)?.set(partition, BigInt(position));
  }
  return found;
};

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
