import type { ClientBase } from 'pg';
import type { BoundedBatch } from './batch';
import {
  advanceGenerationsSql,
  advancePartitionsSql,
  aheadSql,
  closeGatesSql,
  lockGenerationsSql,
  lockPartitionsSql,
  passGatesSql,
  shareGenerationsSql,
} from './generation.sql';

/** How far a generation is, by partition. */
export type Checkpoints = ReadonlyMap<number, bigint>;

/** Those of several generations, by id, within one transaction: nobody else moves them until it is over. */
export interface LockedCheckpoints {
  readonly found: Promise<ReadonlyMap<string, Checkpoints>>;
  /** Moves all of them to the ends of the batches. */
  advance(): Promise<unknown>;
}

interface Whole {
  readonly generation: string;
  readonly position: string;
}

interface OfPartition extends Whole {
  readonly partition: number;
}

/**
 * Locks what batches will move. A stretch of the whole ledger moves one row of a generation; what
 * Kafka brings moves a row for each of its partitions, and shares that one row, so that each feed
 * excludes the other. A generation has of a partition what either row says.
 *
 * Statements are sent in this order, ahead of their answers where the connection pipelines.
 *
 * @param theirs partitions whose checkpoints are wanted besides those of the batches.
 */
export const lockCheckpoints = (
  client: ClientBase,
  generations: readonly string[],
  batches: readonly BoundedBatch[],
  theirs: readonly number[],
  partitionCount: number,
): LockedCheckpoints => {
  const [first, ...others] = batches;
  const isStretch =
    first?.after === undefined &&
    first?.partitions.length === partitionCount &&
    others.length === 0;
  return isStretch
    ? ofStretch(client, generations, first)
    : ofPartitions(client, generations, batches, theirs);
};

const ofStretch = (
  client: ClientBase,
  generations: readonly string[],
  { partitions, through }: BoundedBatch,
): LockedCheckpoints => {
  const gates = client.query({ name: 'close-gates', text: closeGatesSql, values: [generations] });
  const whole = client.query<Whole>({
    name: 'lock-generations',
    text: lockGenerationsSql,
    values: [generations],
  });
  const ahead = client.query<OfPartition>({ name: 'ahead', text: aheadSql, values: [generations] });
  const advance = (): Promise<unknown> =>
    client.query({
      name: 'advance-generations',
      text: advanceGenerationsSql,
      values: [generations, through],
    });
  return { found: together(generations, partitions, gates, whole, ahead), advance };
};

const ofPartitions = (
  client: ClientBase,
  generations: readonly string[],
  batches: readonly BoundedBatch[],
  theirs: readonly number[],
): LockedCheckpoints => {
  const moved = batches.flatMap(({ partitions }) => partitions);
  const wanted = [...new Set([...moved, ...theirs])];
  const gates = client.query({ name: 'pass-gates', text: passGatesSql, values: [generations] });
  const whole = client.query<Whole>({
    name: 'share-generations',
    text: shareGenerationsSql,
    values: [generations],
  });
  const own = client.query<OfPartition>({
    name: 'lock-partitions',
    text: lockPartitionsSql,
    values: [generations, wanted],
  });
  const complete = own.then(({ rows }) => {
    if (rows.length !== generations.length * wanted.length) throw missing(generations);
    return { rows };
  });
  const reached = batches.flatMap(({ partitions, through }) => partitions.map(() => through));
  const advance = (): Promise<unknown> =>
    client.query({
      name: 'advance-partitions',
      text: advancePartitionsSql,
      values: [generations, moved, reached],
    });
  return { found: together(generations, wanted, gates, whole, complete), advance };
};

/** The further one of what both kinds of rows say. */
const together = async (
  generations: readonly string[],
  partitions: readonly number[],
  gates: Promise<unknown>,
  whole: Promise<{ readonly rows: readonly Whole[] }>,
  own: Promise<{ readonly rows: readonly OfPartition[] }>,
): Promise<ReadonlyMap<string, Checkpoints>> => {
  await Promise.allSettled([gates, whole, own]);
  await gates; // the first to fail says why
  const { rows } = await whole;
  if (rows.length !== generations.length) throw missing(generations);
  const found = new Map(
    rows.map(({ generation, position }) => {
      const reached = BigInt(position);
      return [generation, new Map(partitions.map((partition) => [partition, reached]))];
    }),
  );
  for (const { generation, partition, position } of (await own).rows) {
    const checkpoints = found.get(generation);
    const reached = BigInt(position);
    if (reached > (checkpoints?.get(partition) ?? 0n)) checkpoints?.set(partition, reached);
  }
  return found;
};

const missing = (generations: readonly string[]): Error =>
  new Error(`not all checkpoints are there of ${generations.join(', ')}`);
