/** Why a command is not accepted. A value, never thrown. */
export interface Refusal<Code extends string = string> {
  readonly refused: Code;
  /** One sentence for a person: what stands against it. */
  readonly detail: string;
}

export const refuse = <Code extends string>(refused: Code, detail: string): Refusal<Code> => ({
  refused,
  detail,
});

export const isRefusal = <Code extends string>(
  decision: readonly unknown[] | Refusal<Code>,
): decision is Refusal<Code> => !Array.isArray(decision);

/**
 * The rules of one kind of stream: pure, without I/O and without a clock.
 *
 * `decide` never throws; an empty list says that there is nothing to change.
 */
export interface Decider<State, Command, Event, Code extends string, Context> {
  readonly initialState: State;
  readonly evolve: (state: State, event: Event) => State;
  /** What an event leaves behind that is void: nothing where this is not given. */
  readonly passOver?: (state: State, event: Event) => State;
  readonly decide: (
    command: Command,
    state: State,
    context: Context,
  ) => readonly Event[] | Refusal<Code>;
}
