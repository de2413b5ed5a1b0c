import type { DomainEvent, EventType } from '../events';
import type { CommandDefinition } from './command';
import type { Decider, Refusal } from './decider';

/**
 * How a command says which stream it is for: by the field that holds the id (made by the server
 * where absent), or by fields that the id follows from.
 */
type Identity<Context> =
  string | ((data: Readonly<Record<string, unknown>>, context: Context) => string);

/** One kind of stream as the rest of the system sees it: its name, its commands and its rules. */
export interface Aggregate<Context = never, Code extends string = string> {
  /** Streams are named `<category>-<id>`. */
  readonly category: string;
  readonly identifiedBy: Identity<Context>;
  readonly commands: Readonly<Record<string, CommandDefinition>>;
  /** Event types that leave the state as it is, and need not be read to know it. */
  readonly ignores: readonly EventType[];
  /** Event types that change the state only where their data says `engages`: the others need not be read. */
  readonly skims?: readonly EventType[];
  /** The deployment that events recorded after this one are stamped with; null where it stays. */
  readonly stampOf?: (event: DomainEvent) => string | null;
  readonly initialState: unknown;
  readonly evolve: (state: unknown, event: DomainEvent) => unknown;
  readonly passOver?: (state: unknown, event: DomainEvent) => unknown;
  readonly decide: (
    command: Record<string, unknown> & { readonly type: string },
    state: unknown,
    context: Context,
  ) => readonly DomainEvent[] | Refusal<Code>;
}

interface AggregateParts<State, Command, Event, Code extends string, Context> {
  readonly category: string;
  readonly identifiedBy: Identity<Context>;
  readonly commands: Readonly<Record<string, CommandDefinition>>;
  readonly ignores: readonly EventType[];
  readonly skims?: readonly EventType[];
  readonly stampOf?: (event: Event) => string | null;
  readonly decider: Decider<State, Command, Event, Code, Context>;
}

/** Forgets the types of one decider but those of its refusals, after the compiler has checked that its parts fit together. */
export const aggregate = <State, Command, Event extends DomainEvent, Code extends string, Context>({
  decider,
  stampOf,
  ...parts
}: AggregateParts<State, Command, Event, Code, Context>): Aggregate<Context, Code> => ({
  ...parts,
  ...(stampOf && { stampOf: stampOf as NonNullable<Aggregate['stampOf']> }),
  ...(decider.passOver && { passOver: decider.passOver as NonNullable<Aggregate['passOver']> }),
  initialState: decider.initialState,
  evolve: decider.evolve as Aggregate['evolve'],
  decide: decider.decide as Aggregate<Context, Code>['decide'],
});

export const streamOf = (category: string, id: string): string => `${category}-${id}`;
