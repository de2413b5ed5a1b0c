import type { Client } from 'pg';
import type { StoredEvent } from '../../../events/event-metadata';
import type { Folding } from '../../../projections/parking-lot';

/** The tables of one generation: folded in memory, and beyond a bound of it in the database. */
export interface BulkTables extends Folding {
  /** What memory it takes, in bytes: about. */
  held(): number;
  /** Empties what a pass that was broken off has left; makes ready for several that leave rows. */
  clear(writer: Client, shares: number): Promise<void>;
  /** Writes some of what is held, and forgets it. */
  spill(writer: Client): Promise<void>;
  /** Brings back what has been spilled and is needed to fold these events. */
  recall(writer: Client, events: readonly StoredEvent[]): Promise<void>;
  /** Writes the rest of a share, for `addUp`: how many rows of a table it has written, as `schema.table`. */
  leave(writer: Client): Promise<ReadonlyMap<string, number>>;
  /** Makes rows of what all shares have left: how many each table of sums has then. */
  addUp(writer: Client): Promise<ReadonlyMap<string, number>>;
  /** Writes the rest where there are no shares: how many rows each table has then. */
  finish(writer: Client): Promise<ReadonlyMap<string, number>>;
}
