import type { Projection } from '../../../projections/projection';
import type { EventScope } from '../../reading/event.schemas';

/** A generation whose tables are to be filled. */
export interface BulkTarget {
  /** Also the name of its schema. */
  readonly generation: string;
  readonly projection: Projection;
}

export interface BulkJob {
  readonly targets: readonly BulkTarget[];
  /** The last position, included; the ledger has to reach it. */
  readonly through: bigint;
  /** Null for all events. */
  readonly scope: EventScope | null;
  readonly maxEventsPerSecond: number | null;
  /** What rows may take of memory; what is over it is kept in the database. */
  readonly memoryBytes: number;
  /** Parts of the ledger that are read from their files; all others are read from the table. */
  readonly archives: readonly ReadArchive[];
}

/** An archive that a pass reads. */
interface ReadArchive {
  readonly folder: string;
  /** The recorded SHA-256 of its manifest. */
  readonly manifestHash: string;
}

/** The events of some streams: each is in one of the shares. */
export interface BulkShare {
  readonly index: number;
  readonly count: number;
}

export const whole: BulkShare = { index: 0, count: 1 };

export interface BulkProgress {
  /** Positions that are read. */
  readonly done: number;
  /** Positions there are to read. */
  readonly total: number;
}

export interface BulkOutcome {
  /** Events that were read: those of the scope that may concern a target. */
  readonly events: number;
  /** By table, as `schema.table`. */
  readonly rows: ReadonlyMap<string, number>;
}
