import type { Client } from 'pg';
import type { StoredEvent } from '../../../events/event-metadata';
import type { Folding } from '../../../projections/parking-lot';

/** The tables of one generation: folded in memory, and beyond a bound of it in the database. */
export interface BulkTables extends Folding {
  /** What memory it takes, in bytes: about. */
  held(): number;
  /** Empties what a pass that was broken off has left. */
  clear(writer: Client): Promise<void>;
  /** Writes some of what is held, and forgets it. */
  spill(writer: Client): Promise<void>;
  /** Brings back what has been spilled and is needed to fold these events. */
  recall(writer: Client, events: readonly StoredEvent[]): Promise<void>;
  /** Writes the rest: how many rows each table has then, as `schema.table`. */
  finish(writer: Client): Promise<ReadonlyMap<string, number>>;
}
