import type { StoredEvent } from '../../events/event-metadata';

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

/** A batch with the position that its partitions have reached after it. */
export interface BoundedBatch extends Batch {
  readonly through: bigint;
}

/** Events are missing between what a generation has and what it was given, in these partitions. */
export class Gap extends Error {
  constructor(readonly partitions: readonly number[]) {
    super(`events are missing in partitions ${partitions.join(', ')}`);
    this.name = 'Gap';
  }
}

/** A batch with its end; nothing of a batch without events. */
export const bounded = (batch: Batch): BoundedBatch[] => {
  const last = batch.events.at(-1);
  return last === undefined ? [] : [{ ...batch, through: last.position }];
};
