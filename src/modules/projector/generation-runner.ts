import type { ClientBase, Pool, QueryConfig } from 'pg';
import type { StoredEvent } from '../../events/event-metadata';
import type { IsVoid } from '../../events/voiding';
import { ParkingLot } from '../../projections/parking-lot';
import type { Projection } from '../../projections/projection';
import { askingOn } from '../database/ask';
import { lowestOf } from '../ledger/lowest';
import { bounded } from './batch';
import type { Batch, BoundedBatch } from './batch';
import type { Checkpoints } from './checkpoints';
import { checkpointsSql } from './generation.sql';
import type { Generation } from './generations';
import { applyJointly } from './joint-transaction';
import type { Fold, Participant } from './joint-transaction';
import { parkingWrites } from './parked';
import { partitionOf } from './partition';
import { storeOf } from './store';
import type { Store } from './store';
import { VoidWork, voidingsAt } from './void-work';

/**
 * Applies batches to one generation: rows and checkpoint in one transaction, so that the effect is
 * exactly once whatever is delivered twice. Events at or below the checkpoint are dropped; those that
 * cannot be applied are parked.
 */
export class GenerationRunner implements Participant {
  private readonly store: Store;
  private work: VoidWork | null = null;

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
   */
  async apply(...batches: readonly Batch[]): Promise<void> {
    const all = batches.flatMap(bounded);
    if (all.length > 0) await applyJointly(this.pool, [this], all, this.partitionCount);
  }

  async read(
    client: ClientBase,
    batches: readonly BoundedBatch[],
    streams: ReadonlySet<string>,
  ): Promise<Fold> {
    const looked = this.voidAmong(client, batches, streams);
    looked.catch(() => undefined); // awaited below
    const rows = await this.store.read(client, streams);
    const isVoid = await looked;
    return (checkpoints, parked): QueryConfig[] => {
      const reached = new Map(checkpoints);
      const hasMet = (stream: string, position: bigint): boolean =>
        position <= (reached.get(partitionOf(stream, this.partitionCount)) ?? 0n);
      const lot = new ParkingLot(this.projection, rows, parked, isVoid, hasMet);
      for (const batch of batches) {
        // A word names what is before it: of the partitions of its own batch all that is taken first.
        for (const partition of batch.partitions) {
          if (batch.through > (reached.get(partition) ?? 0n)) reached.set(partition, batch.through);
        }
        for (const event of this.fresh(batch, checkpoints)) lot.take(event);
      }
      return [...rows.writes(), ...parkingWrites(this.generation.id, lot.changes())];
    };
  }

  /** Where nothing is void in its epoch, nothing is asked. */
  private async voidAmong(
    client: ClientBase,
    batches: readonly BoundedBatch[],
    streams: ReadonlySet<string>,
  ): Promise<IsVoid> {
    const database = askingOn(client);
    const { epoch, without } = this.generation;
    this.work ??= new VoidWork(await voidingsAt(database, BigInt(epoch), without));
    return this.work.among(
      database,
      batches.flatMap(({ events }) => events),
      streams,
    );
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
    const floor = lowestOf(reached);
    const own = after !== undefined || partitions.length === this.partitionCount;
    if (own && reached.every((at) => at === floor)) {
      return events.filter(({ position }) => position > floor);
    }
    return events.filter(({ position, stream }) => {
      const partition = partitionOf(stream, this.partitionCount);
      return partitions.includes(partition) && position > (checkpoints.get(partition) ?? 0n);
    });
  }
}
