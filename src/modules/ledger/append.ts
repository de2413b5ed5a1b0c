import type { OpenSpan } from '../telemetry/tracing';

/** An event about to be recorded; `data` is JSON text, stored as it is. */
export interface NewEvent {
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
}

/**
 * A line of decisions made on each other before they are recorded: the first on what was read from
 * the ledger, each later one on the events of those before. Where one does not come to be, none
 * behind it may: its expected version can fit by chance, on events it has never seen.
 */
export interface Lineage {
  /** The first step that did not come to be; Infinity while all did. */
  brokenAt: number;
}

export const newLineage = (): Lineage => ({ brokenAt: Infinity });

/** A stream as a decision knew it. */
export interface Ground {
  readonly stream: string;
  /** The version of the stream that the decision was made on. */
  readonly expected: number;
  readonly lineage: Lineage;
  /** The decision was made on the events of all steps of the lineage below this one. */
  readonly step: number;
}

/** The part of an append that goes to another stream. */
export interface Carried extends Ground {
  readonly events: readonly NewEvent[];
}

/**
 * What one command asks of the ledger: events at the end of one stream, or, with no events, only
 * the confirmation that the stream still stands where the decision was made.
 */
export interface Append extends Ground {
  /** As of which voiding fact work was void for the decision, by position; absent where it saw no work. */
  readonly epoch?: bigint;
  /** Other streams that the decision rests on, and that must still stand where it knew them. */
  readonly grounds: readonly Ground[];
  readonly events: readonly NewEvent[];
  /** Events at the end of other streams, recorded with these in one commit or not at all. */
  readonly carried?: readonly Carried[];
  /** What events recorded after these are stamped with; they themselves are not. */
  readonly activates?: string | null;
  readonly actor: string;
  readonly deploymentId: string | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** Canonical instant, see `instant.ts`. */
  readonly occurredAt: string;
  readonly idempotency: Idempotency | null;
  /** The command, where it is traced: what follows from its events goes on from there. */
  readonly span?: OpenSpan | undefined;
}

export interface Idempotency {
  readonly key: string;
  /** SHA-256 of the command's name and body, in hex. */
  readonly bodyHash: string;
  /** What an earlier version may have kept of the same body in its place. */
  readonly formerHash?: () => string;
  /** Whether the key is used up by this append; a refusal leaves it free. */
  readonly keep: boolean;
}

/** All parts of an append, by stream, in the order in which they are recorded. */
export const partsOf = (append: Append): readonly Carried[] => [append, ...(append.carried ?? [])];

/** `append` did not come to be: whatever was decided on its events will not either. */
export const breakLineage = (append: Append): void => {
  for (const { events, lineage, step } of partsOf(append)) {
    if (events.length > 0) lineage.brokenAt = Math.min(lineage.brokenAt, step);
  }
};

/** What became of an append. Each has its own, whatever becomes of its neighbours. */
export type Outcome =
  | {
      readonly kind: 'appended';
      /** Version of the stream afterwards. */
      readonly version: number;
      /** Position of its first event; without events the ledger's position at that moment. */
      readonly position: bigint;
      /** When the ledger took it. */
      readonly recordedAt: string;
    }
  /** This stream does not stand where the decision was made: decide again. */
  | { readonly kind: 'conflict'; readonly stream: string }
  /** Work was voided or reinstated since, last by the fact at this position: decide again. */
  | { readonly kind: 'overtaken'; readonly epoch: bigint }
  /** The key was used before for the same body; this is what it left. */
  | { readonly kind: 'duplicate'; readonly first: FirstUse }
  /** The key was used before for another body. */
  | { readonly kind: 'key-reused' };

export interface FirstUse {
  readonly bodyHash: string;
  readonly stream: string;
  readonly version: number;
  readonly position: bigint;
  readonly eventCount: number;
}
