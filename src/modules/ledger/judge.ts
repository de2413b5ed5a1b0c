import { voidingTypes } from '../../events/voiding';
import type { OpenSpan } from '../telemetry/tracing';
import { partsOf } from './append';
import type { Append, Carried, FirstUse, Ground, Lineage, NewEvent, Outcome } from './append';
import { chainHash, digestOf } from './seal';
import type { Head, Sealable } from './seal';

/** What the database says of the streams and keys of a batch; what is absent here was not asked. */
export interface Findings {
  readonly versions: ReadonlyMap<string, number>;
  readonly firstUses: ReadonlyMap<string, FirstUse>;
  /** How far the ledger was. */
  readonly position: bigint;
  /** The last fact that voided or reinstated work, by position. */
  readonly voided: bigint;
}

/** Nothing asked: every expectation is taken to hold, which the commit itself then proves. */
export const trusting: Findings = {
  versions: new Map(),
  firstUses: new Map(),
  position: 0n,
  voided: 0n,
};

export const useOf = (actor: string, key: string): string => `${actor}\n${key}`;

interface PlacedEvent extends Sealable {
  readonly digest: Buffer;
}

interface UsedKey {
  readonly actor: string;
  readonly key: string;
  readonly firstUse: FirstUse;
}

/** The span that some consecutive events were recorded under. */
export interface PlacedSpan {
  readonly position: bigint;
  readonly events: number;
  readonly span: OpenSpan;
}

/** A batch ready to be written: who gets what, and the rows that make it so. */
export interface Judgement {
  readonly outcomes: readonly Outcome[];
  readonly events: readonly PlacedEvent[];
  readonly keys: readonly UsedKey[];
  /** Those of traced commands. */
  readonly spans: readonly PlacedSpan[];
  readonly head: Head;
  /** Where it leaves each stream that it adds to, or that it confirms. */
  readonly versions: ReadonlyMap<string, number>;
}

/** What this process knows of the streams that it wrote to, where the database was not asked. */
type Written = Pick<ReadonlyMap<string, number>, 'get'>;

/** What the batch itself has done so far, while it is judged in order. */
class Draft {
  readonly events: PlacedEvent[] = [];
  readonly keys: UsedKey[] = [];
  readonly spans: PlacedSpan[] = [];
  activeDeployment: string;
  voided: bigint;
  readonly versions = new Map<string, number>();
  private readonly used = new Set<string>();
  private readonly broken = new Map<Lineage, number>();

  constructor(
    private readonly before: Head,
    private readonly findings: Findings,
    private readonly written: Written,
    private readonly recordedAt: string,
  ) {
    this.activeDeployment = before.activeDeployment;
    this.voided = before.voided > findings.voided ? before.voided : findings.voided;
  }

  outcomeOf(append: Append): Outcome {
    const outcome = this.judged(append);
    if (outcome.kind === 'appended') return outcome;
    for (const { lineage, step, events } of partsOf(append)) {
      if (events.length === 0) continue;
      this.broken.set(lineage, Math.min(step, this.broken.get(lineage) ?? Infinity));
    }
    return outcome;
  }

  private judged(append: Append): Outcome {
    const { idempotency } = append;
    if (idempotency !== null) {
      const use = useOf(append.actor, idempotency.key);
      const first = this.findings.firstUses.get(use);
      if (first !== undefined) {
        const { bodyHash, formerHash } = idempotency;
        return first.bodyHash === bodyHash || first.bodyHash === formerHash?.()
          ? { kind: 'duplicate', first }
          : { kind: 'key-reused' };
      }
      if (this.used.has(use)) return { kind: 'conflict', stream: append.stream }; // decided again, it finds the first use
    }
    // One that knows of a later fact than this head does knows a later head: the commit will tell.
    if (append.epoch !== undefined && append.epoch < this.voided) {
      return { kind: 'overtaken', epoch: this.voided };
    }
    for (const ground of [...partsOf(append), ...append.grounds]) {
      if (!this.holds(ground)) return { kind: 'conflict', stream: ground.stream };
    }
    return this.accept(append);
  }

  /** Whether the stream stands where it was known, and everything came to be that brought it there. */
  private holds({ stream, expected, lineage, step }: Ground): boolean {
    if (step > lineage.brokenAt || step > (this.broken.get(lineage) ?? Infinity)) return false;
    const version =
      this.versions.get(stream) ?? this.findings.versions.get(stream) ?? this.written.get(stream);
    return version === undefined || version === expected;
  }

  private accept(append: Append): Outcome {
    const { stream, idempotency, actor, span } = append;
    const known = this.before.position + BigInt(this.events.length);
    // Others may have gone on since: what was looked up is not told as of before it.
    const end = known > this.findings.position ? known : this.findings.position;
    const version = append.expected + append.events.length;
    const parts = partsOf(append);
    const eventCount = parts.reduce((sum, { events }) => sum + events.length, 0);
    const position = eventCount > 0 ? known + 1n : end;
    for (const part of parts) {
      part.events.forEach((event, index) => {
        const placed = this.place(append, part, event, part.expected + index + 1);
        this.events.push(placed);
        if (voidingTypes.has(placed.type)) this.voided = placed.position;
      });
      this.versions.set(part.stream, part.expected + part.events.length);
    }
    this.activeDeployment = append.activates ?? this.activeDeployment;
    if (span !== undefined && eventCount > 0) {
      this.spans.push({ position, events: eventCount, span });
    }
    if (idempotency?.keep === true) {
      const { key, bodyHash } = idempotency;
      const firstUse = { bodyHash, stream, version, position, eventCount };
      this.used.add(useOf(actor, key));
      this.keys.push({ actor, key, firstUse });
    }
    return { kind: 'appended', version, position, recordedAt: this.recordedAt };
  }

  private place(
    append: Append,
    { stream }: Carried,
    event: NewEvent,
    version: number,
  ): PlacedEvent {
    const sealable: Sealable = {
      position: this.before.position + BigInt(this.events.length) + 1n,
      stream,
      version,
      eventId: event.eventId,
      type: event.type,
      schemaVersion: event.schemaVersion,
      text: event.data,
      deploymentId: append.deploymentId ?? this.activeDeployment,
      correlationId: append.correlationId,
      causationId: append.causationId,
      actor: append.actor,
      occurredAt: append.occurredAt,
      recordedAt: this.recordedAt,
    };
    return { digest: digestOf(sealable), ...sealable };
  }
}

/**
 * Decides what becomes of each append of a batch, in order, on top of `head`. Pure.
 *
 * Within a lineage one append builds on those before it: once one does not come to be, those that
 * were decided on top of it do not either, whatever version they expect.
 */
export const judge = (
  appends: readonly Append[],
  head: Head,
  findings: Findings,
  now: string,
  written: Written = new Map(),
): Judgement => {
  const recordedAt = now > head.recordedAt ? now : head.recordedAt;
  const draft = new Draft(head, findings, written, recordedAt);
  const outcomes = appends.map((append) => draft.outcomeOf(append));
  const { events, keys, spans, versions, activeDeployment, voided } = draft;
  if (events.length === 0) return { outcomes, events, keys, spans, versions, head };
  const position = head.position + BigInt(events.length);
  const hash = chainHash(
    head.hash,
    events.map(({ digest }) => digest),
  );
  const after = { position, hash, recordedAt, activeDeployment, voided };
  return { outcomes, events, keys, spans, versions, head: after };
};
