import type { RecordedEvent } from '../../events';
import { UnreadableEvent, decode } from '../../events/codec';
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

/** A batch up to a position at most, where one is given; nothing of a batch without events. */
export const bounded = (batch: Batch, limit: bigint | null = null): BoundedBatch[] => {
  const last = batch.events.at(-1);
  if (last === undefined) return [];
  if (limit === null || last.position <= limit) return [{ ...batch, through: last.position }];
  const events = batch.events.filter(({ position }) => position <= limit);
  return [{ ...batch, events, through: limit }];
};

/** @throws Stuck at an event that this code cannot read. */
export const readable = (stored: StoredEvent): RecordedEvent => {
  try {
    return decode(stored);
  } catch (error) {
    if (error instanceof UnreadableEvent) throw new Stuck(stored, error);
    throw error;
  }
};
