import type { z } from 'zod';
import type { DomainEvent } from '../events';

/** `StartExecution` is `start-execution` on the wire. */
export const wireNameOf = (type: string): string =>
  type.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

/** Another stream, by its kind and its id. */
export interface Reference {
  readonly category: string;
  readonly id: string;
}

/** A command to another stream that is recorded in the same commit, or the whole is not. */
export interface CarriedCommand extends Reference {
  readonly command: Readonly<Record<string, unknown>> & { readonly type: string };
}

export interface CommandDefinition<Schema extends z.ZodObject = z.ZodObject> {
  /** One line for the API document. */
  readonly summary: string;
  readonly schema: Schema;
  /** Whether the command may come first in its stream; all others get 404 there. */
  readonly opens?: boolean;
  /** Whose key may issue it, besides the operator's. */
  readonly role: 'service' | 'operator';
  /** What an idempotency key stands for, where that is not the fields as they are. */
  readonly identity?: (data: z.output<Schema>) => unknown;
  /** Another stream whose state the decision rests on; the ledger confirms it with the decision. */
  readonly consults?: (
    data: z.output<Schema>,
    /** Of its own stream, before the decision. */
    state: unknown,
  ) => Reference;
  /** Whether it is taken on a stream that is void as a whole; all others are refused there. */
  readonly evenIfVoid?: boolean;
  /** Another stream that has to exist, and not to be void. */
  readonly refersTo?: (data: z.output<Schema>) => Reference | undefined;
  /** What the decision means for other streams; where one of them refuses, the command is refused. */
  readonly carries?: (
    data: z.output<Schema>,
    events: readonly DomainEvent[],
    /** Of its own stream, which the server may have made. */
    id: string,
    /** What the decision was made on. */
    state: unknown,
  ) => readonly CarriedCommand[];
}

export const command = <Schema extends z.ZodObject>(
  definition: CommandDefinition<Schema>,
): CommandDefinition<Schema> => definition;

/** The union of the commands in a group of definitions, told apart by `type`. */
export type CommandOf<Definitions extends Record<string, CommandDefinition>> = {
  [K in keyof Definitions]: { readonly type: K } & Readonly<z.output<Definitions[K]['schema']>>;
}[keyof Definitions];
