import type { Pool, PoolClient } from 'pg';
import type { RecordedEvent } from '../../events';
import { UnreadableEvent, decode } from '../../events/codec';
import type { StoredEvent } from '../../events/event-metadata';
import { FoldFault, concerns } from '../../projections/fold';
import type { Projection } from '../../projections/projection';
import { advanceSql, lockCheckpointsSql, reportFaultSql } from './generation.sql';
import type { Generation } from './generations';
import { partitionOf } from './partition';
import { storeOf } from './store';
import type { Store } from './store';

/** Consecutive events of some partitions: of several from the ledger, of one from Kafka. */
export interface Batch {
  readonly partitions: readonly number[];
  /** In order of position. The ledger's may be of other partitions too, and are passed over then. */
  readonly events: readonly StoredEvent[];
  /**
   * Where Kafka says that these events go on from: the position of the last event before them in
   * their partition. Absent where they come from the ledger, which leaves nothing out.
   */
  readonly after?: bigint;
}

/** Events are missing between what a generation has and what it was given, in these partitions. */
export class Gap extends Error {
  constructor(readonly partitions: readonly number[]) {
    super(`events are missing in partitions ${partitions.join(', ')}`);
    this.name = 'Gap';
  }
}

/** The event at which a generation stands still, until it can be applied. */
export class Stuck extends Error {
  constructor(
    readonly event: StoredEvent,
    cause: Error,
  ) {
    super(cause.message, { cause });
    this.name = 'Stuck';
  }
}

/**
 * Applies batches to one generation: rows and checkpoint in one transaction, so that the effect is
 * exactly once whatever is delivered twice. Events at or below the checkpoint are dropped.
 */
export class GenerationRunner {
  private readonly store: Store;

  constructor(
    private readonly pool: Pool,
    readonly projection: Projection,
    readonly generation: Generation,
    private readonly partitionCount: number,
  ) {
    this.store = storeOf(projection, generation.id);
  }

  /** The checkpoints of some partitions, by partition. */
  async checkpoints(partitions: readonly number[]): Promise<Map<number, bigint>> {
    return this.transaction((client) => this.lock(client, partitions));
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
      const found = await this.attempt(batches, limit);
      if (found === undefined) break;
      fault = found; // there may be another before it: what is unreadable is found before what a fold refuses
    }
    if (fault === null) return;
    await this.report(fault);
    throw fault;
  }

  /**
   * The first fault, with nothing changed; or undefined, with the batches applied, no further than
   * `limit` where one is given.
   */
  private async attempt(
    batches: readonly Batch[],
    limit: bigint | null,
  ): Promise<Stuck | undefined> {
    const cut = batches.flatMap((batch) => cutOff(batch, limit));
    if (cut.length === 0) return undefined;
    const partitions = cut.flatMap((batch) => batch.partitions);
    const positions = cut.flatMap(({ partitions: { length }, through }) =>
      new Array<bigint>(length).fill(through),
    );
    const advance = {
      name: 'advance-checkpoints',
      text: advanceSql,
      values: [this.generation.id, partitions, positions],
    };
    try {
      if (cut.every((batch) => this.passesBy(batch))) {
        await this.pool.query(advance);
        return undefined;
      }
      await this.transaction(async (client) => {
        const checkpoints = await this.lock(client, partitions);
        const gaps = cut.filter((batch) => isBehind(batch, checkpoints));
        if (gaps.length > 0) throw new Gap(gaps.flatMap((batch) => batch.partitions));
        const fresh = cut.flatMap((batch) => this.fresh(batch, checkpoints)).map(readable);
        if (fresh.length > 0) await this.store.apply(client, fresh);
        await client.query(advance);
      });
      return undefined;
    } catch (error) {
      if (error instanceof Stuck) return error;
      if (!(error instanceof FoldFault)) throw error;
      const { position } = error.event;
      const stored = cut
        .flatMap(({ events }) => events)
        .find((event) => event.position === position);
      if (stored === undefined) throw error;
      return new Stuck(stored, error);
    }
  }

  /**
   * Whether a batch from the ledger, all of which this code can read, has nothing for this
   * projection: most are so for most, and then moving on is all there is to do.
   */
  private passesBy({ partitions, events, after }: Batch): boolean {
    // Of some partitions only, the batch may hold what is no business of theirs.
    if (after !== undefined || partitions.length < this.partitionCount) return false;
    return !events.map(readable).some((event) => concerns(this.projection, event));
  }

  private fresh(
    { partitions, events, after }: Batch,
    checkpoints: ReadonlyMap<number, bigint>,
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

  private async lock(
    client: PoolClient,
    partitions: readonly number[],
  ): Promise<Map<number, bigint>> {
    const { rows } = await client.query<{ partition: number; position: string }>({
      name: 'lock-checkpoints',
      text: lockCheckpointsSql,
      values: [this.generation.id, partitions],
    });
    if (rows.length !== partitions.length) {
      throw new Error(`generation ${this.generation.id} has not all of its checkpoints`);
    }
    return new Map(rows.map(({ partition, position }) => [partition, BigInt(position)]));
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

  private async transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken = false;
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => {
        broken = true;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

/** A batch up to a position at most, with the position that its partitions have reached after it. */
const cutOff = (batch: Batch, limit: bigint | null): (Batch & { readonly through: bigint })[] => {
  const last = batch.events.at(-1);
  if (last === undefined) return [];
  if (limit === null || last.position <= limit) return [{ ...batch, through: last.position }];
  const events = batch.events.filter(({ position }) => position <= limit);
  return [{ ...batch, events, through: limit }];
};

const isBehind = (
  { partitions, after }: Batch,
  checkpoints: ReadonlyMap<number, bigint>,
): boolean =>
  after !== undefined && partitions.some((partition) => (checkpoints.get(partition) ?? 0n) < after);

const readable = (stored: StoredEvent): RecordedEvent => {
  try {
    return decode(stored);
  } catch (error) {
    if (error instanceof UnreadableEvent) throw new Stuck(stored, error);
    throw error;
  }
};
