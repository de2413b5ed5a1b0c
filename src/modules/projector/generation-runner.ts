import type { ClientBase, Pool, QueryConfig } from 'pg';
import type { StoredEvent } from '../../events/event-metadata';
import { FoldFault } from '../../projections/fold';
import type { Projection } from '../../projections/projection';
import { Stuck, bounded, readable } from './batch';
import type { Batch, BoundedBatch } from './batch';
import { checkpointsSql, reportFaultSql } from './generation.sql';
import type { Generation } from './generations';
import { applyJointly } from './joint-transaction';
import type { Checkpoints, Participant } from './joint-transaction';
import { partitionOf } from './partition';
import { storeOf } from './store';
import type { Store } from './store';

/**
 * Applies batches to one generation: rows and checkpoint in one transaction, so that the effect is
 * exactly once whatever is delivered twice. Events at or below the checkpoint are dropped.
 */
export class GenerationRunner implements Participant {
  private readonly store: Store;

  constructor(
    private readonly pool: Pool,
    readonly projection: Projection,
    readonly generation: Generation,
    private readonly partitionCount: number,
  ) {
    this.store = storeOf(projection, generation.id);
  }

  /** The checkpoints of some partitions. */
  async checkpoints(partitions: readonly number[]): Promise<Checkpoints> {
    const { rows } = await this.pool.query<{ partition: number; position: string }>({
      name: 'checkpoints',
      text: checkpointsSql,
      values: [this.generation.id, partitions],
    });
    return new Map(rows.map(({ partition, position }) => [partition, BigInt(position)]));
  }

  /**
   * Applies what is new in the batches, whose partitions are different ones, all in one transaction.
   *
   * @throws Gap if events before a batch are not applied; nothing is changed then.
   * @throws Stuck at an event that cannot be applied; what comes before it is applied then, and the
   * fault is on record.
   */
  async apply(...batches: readonly Batch[]): Promise<void> {
    let fault: Stuck | null = null;
    for (let limit: bigint | null = null; ; limit = fault.event.position - 1n) {
      const found = await this.attempt(batches.flatMap((batch) => bounded(batch, limit)));
      if (found === undefined) break;
      fault = found; // there may be another before it: what is unreadable is found before what a fold refuses
    }
    if (fault === null) return;
    await this.report(fault);
    throw fault;
  }

  /** The first fault, with nothing changed; or undefined, with the batches applied. */
  private async attempt(batches: readonly BoundedBatch[]): Promise<Stuck | undefined> {
    if (batches.length === 0) return undefined;
    try {
      await applyJointly(this.pool, [this], batches);
      return undefined;
    } catch (error) {
      if (error instanceof Stuck) return error;
      if (!(error instanceof FoldFault)) throw error;
      const { position } = error.event;
      const stored = batches
        .flatMap(({ events }) => events)
        .find((event) => event.position === position);
      if (stored === undefined) throw error;
      return new Stuck(stored, error);
    }
  }

  async read(
    client: ClientBase,
    batches: readonly BoundedBatch[],
  ): Promise<(checkpoints: Checkpoints) => QueryConfig[]> {
    const streams = new Set(batches.flatMap(({ events }) => events.map(({ stream }) => stream)));
    const fold = await this.store.read(client, streams);
    return (checkpoints) =>
      fold(batches.flatMap((batch) => this.fresh(batch, checkpoints)).map(readable));
  }

  gaps(batches: readonly BoundedBatch[], checkpoints: Checkpoints): number[] {
    return batches.flatMap(({ partitions, after }) =>
      after === undefined ? [] : partitions.filter((one) => (checkpoints.get(one) ?? 0n) < after),
    );
  }

  private fresh(
    { partitions, events, after }: BoundedBatch,
    checkpoints: Checkpoints,
  ): readonly StoredEvent[] {
    const reached = partitions.map((partition) => checkpoints.get(partition) ?? 0n);
    const floor = reached.reduce((low, at) => (at < low ? at : low));
    const own = after !== undefined || partitions.length === this.partitionCount;
    if (own && reached.every((at) => at === floor)) {
      return events.filter(({ position }) => position > floor);
    }
    return events.filter(({ position, stream }) => {
      const partition = partitionOf(stream, this.partitionCount);
      return partitions.includes(partition) && position > (checkpoints.get(partition) ?? 0n);
    });
  }

  private async report({ event, message }: Stuck): Promise<void> {
    const { position, stream, type } = event;
    const partition = partitionOf(stream, this.partitionCount);
    await this.pool.query(reportFaultSql, [
      this.generation.id,
      partition,
      position,
      stream,
      type,
      message,
    ]);
  }
}
