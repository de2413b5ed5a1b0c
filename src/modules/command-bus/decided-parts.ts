import type { DomainEvent } from '../../events';
import { currentSchemaVersion } from '../../events/codec';
import type { Append, Ground, NewEvent } from '../ledger/append';
import type { AnyAggregate } from './catalogue';
import type { Accepted, IssuedCommand } from './issued-command';
import { newId } from './new-id';
import type { StreamState } from './stream-states';

/** What a command means for one stream: its own, or one that it carries a command to. */
export interface DecidedPart {
  readonly aggregate: AnyAggregate;
  readonly stream: string;
  readonly before: StreamState;
  readonly events: readonly DomainEvent[];
}

/** The same as it is to be recorded; the first part is of the command's own stream. */
export interface FreshPart extends DecidedPart {
  readonly fresh: readonly NewEvent[];
}

export type FreshParts = readonly [FreshPart, ...FreshPart[]];

const newEvent = ({ type, data }: DomainEvent): NewEvent => ({
  eventId: newId(),
  type,
  schemaVersion: currentSchemaVersion(type),
  data: JSON.stringify(data),
});

export const freshPart = (part: DecidedPart): FreshPart => ({
  fresh: part.events.map(newEvent),
  ...part,
});

export const groundOf = (stream: string, { version, lineage, steps }: StreamState): Ground => ({
  stream,
  expected: version,
  lineage,
  step: steps + 1,
});

/** The deployment that these events make the one to stamp with, if any. */
const stampOf = (parts: readonly FreshPart[]): string | null => {
  for (const { aggregate, events } of parts) {
    if (aggregate.stampOf === undefined) continue;
    const stamps = events.map(aggregate.stampOf).filter((stamp) => stamp !== null);
    const last = stamps.at(-1);
    if (last !== undefined) return last;
  }
  return null;
};

/** What is decided as it is recorded, with what the ledger has to confirm besides. */
export interface RecordedParts {
  readonly parts: FreshParts;
  readonly grounds: readonly Ground[];
}

/**
 * `keepKey` says whether the command's key is used up; a refusal leaves it free. `origin` is what the
 * command refers to, as it was known.
 */
export const appendOf = (
  { parts, grounds }: RecordedParts,
  consulted: Pick<DecidedPart, 'stream' | 'before'> | null,
  origin: StreamState | null,
  { issuance, span }: IssuedCommand,
  keepKey: boolean,
): Append => {
  const [own, ...others] = parts;
  const { actor, deploymentId, correlationId, causationId, occurredAt, idempotency } = issuance;
  const told = issuance.epoch === null ? [] : [issuance.epoch];
  const rested = [...parts, ...(consulted === null ? [] : [consulted])].map(({ before }) => before);
  const epochs = [...rested, ...(origin === null ? [] : [origin])].map(({ epoch }) => epoch);
  return {
    epoch: [...told, ...epochs].reduce((least, epoch) => (epoch < least ? epoch : least)),
    ...groundOf(own.stream, own.before),
    grounds:
      consulted === null ? grounds : [groundOf(consulted.stream, consulted.before), ...grounds],
    events: own.fresh,
    carried: others.map(({ stream, before, fresh }) => ({
      events: fresh,
      ...groundOf(stream, before),
    })),
    activates: stampOf(parts),
    actor,
    deploymentId,
    correlationId,
    causationId,
    occurredAt,
    idempotency: idempotency && { keep: keepKey, ...idempotency },
    span,
  };
};

/** The state of a part's stream with its events. */
export const advanced = ({ aggregate, before, events }: FreshPart): StreamState => ({
  lineage: before.lineage,
  steps: before.steps + 1,
  epoch: before.epoch,
  voidedBy: before.voidedBy,
  version: before.version + events.length,
  state: events.reduce((state, event) => aggregate.evolve(state, event), before.state),
});

/** The answer tells the events of the command's own stream, and the position of all of them. */
export const accepted = (
  [{ stream, events, fresh }, ...others]: FreshParts,
  outcome: { readonly version: number; readonly position: bigint },
): Accepted => {
  const base = outcome.version - events.length;
  const answered = events.map((event, index) => ({
    eventId: fresh[index]?.eventId ?? '',
    type: event.type,
    version: base + index + 1,
    position: String(outcome.position + BigInt(index)),
    data: event.data,
  }));
  const count = others.reduce((sum, part) => sum + part.events.length, events.length);
  const position = String(count === 0 ? outcome.position : outcome.position + BigInt(count) - 1n);
  return { stream, version: outcome.version, position, events: answered, duplicate: false };
};
