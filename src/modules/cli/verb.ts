import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { nearest } from '../http/known-names';
import type { Terminal } from './terminal';

export const exit = { done: 0, failed: 1, badUse: 2 } as const;
export type ExitStatus = (typeof exit)[keyof typeof exit];

/** A failure that a person can understand and act on. One line, exit status 1. */
export class Failure extends Error {
  /** Whether it lies in how the verb was called: exit status 2, with its usage. */
  readonly isBadUse: boolean = false;
}

/** A mistake in how a verb was called. */
export class BadUse extends Failure {
  override readonly isBadUse = true;
}

/**
 * Goes before whatever a verb has a server begin.
 *
 * @throws Failure where whoever sits there has left by now, so that nothing is begun any more.
 */
export const unlessLeft = ({ interrupted }: Terminal): void => {
  if (interrupted?.aborted === true) throw new Failure('stopped before it began');
};

/**
 * What a server says of work before it begins, which may take it long: whoever leaves meanwhile hears at once
 * that it is seen.
 *
 * @throws Failure where whoever sits there has left by then; what `ask` throws.
 */
export const beforeItBegins = async <Told>(
  ask: () => Promise<Told>,
  terminal: Terminal,
): Promise<Told> => {
  unlessLeft(terminal);
  const tell = (): void => {
    terminal.err.write('stopping: nothing is begun once the server has answered\n');
  };
  terminal.interrupted?.addEventListener('abort', tell);
  try {
    const told = await ask();
    unlessLeft(terminal);
    return told;
  } finally {
    terminal.interrupted?.removeEventListener('abort', tell);
  }
};

export type Options = NonNullable<ParseArgsConfig['options']>;

const common = { help: { type: 'boolean' }, json: { type: 'boolean' } } as const;
type Common = typeof common;

type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O & Common; allowPositionals: true }>
>;

/** What a verb was asked for: its flags, and what stood beside them. */
export type Asked<O extends Options> = Pick<Parsed<O>, 'values' | 'positionals'>;

export interface Verb<O extends Options> {
  /** One line, beginning with `npm run`. */
  readonly usage: string;
  /** What it does and what each flag means. */
  readonly help: string;
  /** Besides `--help` and `--json`, which every verb has. */
  readonly options: O;
  /** How much stands beside the flags; the usage names it. */
  readonly positionals: { readonly atLeast: number; readonly atMost: number };
  run(asked: Asked<O>, terminal: Terminal): Promise<ExitStatus>;
}

/** What Node says of a flag it cannot make sense of, in the words of the rest. */
const explained = (error: unknown, options: Options): BadUse => {
  const { message } = error as Error;
  const [, unknown] = /^Unknown option '([^'=]+)/.exec(message) ?? [];
  if (unknown !== undefined) {
    const guess = nearest(unknown.replace(/^-+/, ''), Object.keys(options));
    const meant = guess === undefined ? '' : `, did you mean --${guess}?`;
    return new BadUse(`unknown flag ${unknown}${meant}`);
  }
  const [, flag = ''] = /^Option '(--[^' ]+)/.exec(message) ?? [];
  if (message.includes('does not take an argument')) return new BadUse(`${flag} takes no value`);
  if (!message.includes('ambiguous')) return new BadUse(`${flag} needs a value`);
  return new BadUse(`${flag} needs a value; one that begins with a dash is given as ${flag}=-...`);
};

const understand = <O extends Options>(verb: Verb<O>, args: readonly string[]): Asked<O> => {
  const options = { ...verb.options, ...common };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw explained(error, options);
  }
};

const checkPositionals = <O extends Options>(
  { positionals: { atLeast, atMost }, usage }: Verb<O>,
  given: readonly string[],
): void => {
  const names = usage.match(/<[^>]+>/g) ?? [];
  if (given.length < atLeast) {
    throw new BadUse(`${names[given.length] ?? 'an argument'} is missing`);
  }
  const surplus = given[atMost];
  if (surplus !== undefined) throw new BadUse(`${surplus} is one too many`);
};

/**
 * Runs a verb with `args` and gives its exit status: 0 done, 1 failed, 2 bad use. Whatever goes wrong
 * is one line on standard error; never throws.
 */
export const perform = async <O extends Options>(
  verb: Verb<O>,
  args: readonly string[],
  terminal: Terminal,
): Promise<ExitStatus> => {
  try {
    const asked = understand(verb, args);
    if ((asked.values as { help?: boolean }).help === true) {
      terminal.out.write(`usage: ${verb.usage}\n\n${verb.help}`);
      return exit.done;
    }
    checkPositionals(verb, asked.positionals);
    return await verb.run(asked, terminal);
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof Failure && error.isBadUse) {
      terminal.err.write(`${message}\nusage: ${verb.usage}\n`);
      return exit.badUse;
    }
    terminal.err.write(`${message}\n`);
    return exit.failed;
  }
};
