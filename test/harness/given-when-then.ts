/*
 * How the rules of a decider are told as sentences: given these events, when this command comes,
 * then these events follow; or it is refused, and why.
 */
import type { Decider } from '../../src/commands/decider';

interface Consequence<Event, Code> {
  /** Exactly these events follow, in this order; none means that there is nothing to change. */
  then(...expected: Event[]): void;
  /** The command is refused with this code, and told a person `detail`. */
  refused(code: Code, detail: RegExp): void;
}

interface Scenario<Command, Event, Code> {
  when(command: Command): Consequence<Event, Code>;
}

export interface Rules<Command, Event, Code> {
  readonly given: (...history: Event[]) => Scenario<Command, Event, Code>;
  /** What was told so far, to find what was not. */
  readonly told: { readonly commands: Set<string>; readonly refusals: Set<Code> };
}

export const rulesOf = <
  State,
  Command extends { readonly type: string },
  Event,
  Code extends string,
  Context,
>(
  decider: Decider<State, Command, Event, Code, Context>,
  context: Context,
): Rules<Command, Event, Code> => {
  const told = { commands: new Set<string>(), refusals: new Set<Code>() };
  const given = (...history: Event[]): Scenario<Command, Event, Code> => ({
    when: (command) => {
      const state = history.reduce(
        (before, event) => decider.evolve(before, event),
        decider.initialState,
      );
      const decision = decider.decide(command, state, context);
      told.commands.add(command.type);
      return {
        then: (...expected) => {
          expect(decision).toEqual(expected);
        },
        refused: (code, detail) => {
          told.refusals.add(code);
          expect(decision).toEqual({ refused: code, detail: expect.stringMatching(detail) });
        },
      };
    },
  });
  return { given, told };
};
