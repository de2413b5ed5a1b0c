import type { LearnedContext } from '../../commands';
import type { Idempotency } from '../ledger/append';
import type { OpenSpan } from '../telemetry/tracing';

/** What comes with a command besides its fields. */
interface Issuance {
  readonly actor: string;
  readonly deploymentId: string | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** Canonical instant. */
  readonly occurredAt: string;
  readonly idempotency: Omit<Idempotency, 'keep'> | null;
  /** The version the stream must have. */
  readonly ifMatch: number | null;
  /** As of which voiding fact, by position, its fields were made; null where they rest on no work. */
  readonly epoch: bigint | null;
}

/** A validated command on its way to its decider. */
export interface IssuedCommand {
  /** The id of the stream, without its category. */
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly issuance: Issuance;
  /** What its decision rests on besides streams and what every decision knows. */
  readonly learned?: Partial<LearnedContext>;
  /** Whether it keeps its turn and waits where too many commands are waiting, in place of being turned away. */
  readonly waitsForRoom?: boolean;
  /** Where it is traced. */
  readonly span?: OpenSpan | undefined;
}

interface AcceptedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly version: number;
  readonly position: string;
  readonly data: unknown;
}

/** The answer to an accepted command. */
export interface Accepted {
  readonly stream: string;
  readonly version: number;
  readonly position: string;
  readonly events: readonly AcceptedEvent[];
  readonly duplicate: boolean;
  /** Of a dry run: what the command would do. */
  readonly plan?: Readonly<Record<string, unknown>>;
  /** What came of it besides its events, where its companion has something to say. */
  readonly effects?: Readonly<Record<string, unknown>>;
}
