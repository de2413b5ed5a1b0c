import { once } from 'node:events';
import { constants } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { progressOutput } from './terminal';
import type { Terminal } from './terminal';
import { exit, perform } from './verb';
import type { Options, Verb } from './verb';

/** Ends the process once `stream` takes nothing more: what a verb says can be read no longer. */
const endWithout = (stream: NodeJS.WriteStream, name: string): void => {
  stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE' && stream !== process.stderr) {
      process.stderr.write(`cannot write to ${name}: ${message}\n`);
    }
    process.exit(exit.failed);
  });
};

/**
 * The terminal of this process. A reader that goes away (`| head`) ends the process in silence, as it
 * does for other programs, and as failed: what it was at is not done. So does a disk that is full, with
 * a line that says so.
 */
export const processTerminal = (env: Terminal['env']): Terminal => {
  endWithout(process.stdout, 'standard output');
  endWithout(process.stderr, 'standard error');
  return { env, out: process.stdout, err: progressOutput(process.stderr, env) };
};

const ask = async (question: string): Promise<string | null> => {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const left = once(asking, 'close').then(() => null); // Ctrl-D closes it by itself
  asking.once('SIGINT', () => {
    asking.close();
  });
  const answer = await Promise.race([asking.question(question).catch(() => null), left]);
  if (answer === null) process.stderr.write('\n');
  asking.close();
  return answer;
};

/** Within this after the first, a signal is the same one: npm passes on a Ctrl-C that the terminal has sent, too. */
const echoMilliseconds = 500;

/** Aborted by the first of these signals; the second ends the process. */
const interruptedBy = (...signals: ('SIGHUP' | 'SIGINT' | 'SIGTERM')[]): AbortSignal => {
  const interrupted = new AbortController();
  let first = Infinity;
  for (const signal of signals) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - first > echoMilliseconds) process.exit(128 + constants.signals[signal]);
      first = Math.min(first, now);
      interrupted.abort();
    });
  }
  return interrupted.signal;
};

/** The same for a verb that ends in its own way: by Ctrl-C or SIGTERM it is told so. */
export const interruptibleTerminal = (env: Terminal['env']): Terminal => {
  const isAttended = process.stdin.isTTY && process.stderr.isTTY;
  const terminal = { ...processTerminal(env), interrupted: interruptedBy('SIGINT', 'SIGTERM') };
  return isAttended ? { ...terminal, ask } : terminal;
};

/** The same for a verb that keeps processes of its own: nothing but a signal ends it, so that it can end them. */
export const keepersTerminal = (env: Terminal['env']): Terminal => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const interrupted = interruptedBy('SIGHUP', 'SIGINT', 'SIGTERM');
  return { env, out: process.stdout, err: process.stderr, interrupted };
};

/** Runs a verb as this process: with its arguments, to its exit status. */
export const performHere = async <O extends Options>(
  verb: Verb<O>,
  terminal: Terminal,
): Promise<void> => {
  process.exitCode = await perform(verb, process.argv.slice(2), terminal);
};
