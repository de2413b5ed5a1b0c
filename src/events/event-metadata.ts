/** What the ledger knows of an event besides its type and data. */
export interface EventMetadata {
  /** Place in the one global order: dense, 1, 2, 3 ... in commit order. */
  readonly position: bigint;
  /** The stream (`<category>-<id>`) the event belongs to. */
  readonly stream: string;
  /** Place in its stream: dense, from 1. */
  readonly version: number;
  /** UUID v7. */
  readonly eventId: string;
  /** The deployment under which the event was recorded. */
  readonly deploymentId: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** Who issued the command: the name of the key. */
  readonly actor: string;
  /** When it happened, ISO 8601 UTC, to the microsecond where given so. */
  readonly occurredAt: string;
  /** When the ledger took it, ISO 8601 UTC, never decreasing with position. */
  readonly recordedAt: string;
}

/** An event as stored: data of whichever schema version was current when it was written. */
export interface StoredEvent extends EventMetadata {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
}

/** The part of a stream's name behind its category: `execution-42` is `42`. */
export const idOfStream = (stream: string, category: string): string =>
  stream.slice(category.length + 1);
