import { createInterface } from 'node:readline/promises';
import type { Terminal } from './terminal';

/**
 * The terminal of this process. A reader that goes away (`| head`) ends the process in silence, as it
 * does for other programs.
 */
export const processTerminal = (env: Terminal['env']): Terminal => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(0);
    });
  }
  return { env, out: process.stdout, err: process.stderr };
};

const ask = async (question: string): Promise<string> => {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  asking.once('SIGINT', () => process.exit(130));
  try {
    return await asking.question(question);
  } finally {
    asking.close();
  }
};

/**
 * The same for a verb that ends in its own way: the first Ctrl-C or SIGTERM tells it so, the second
 * ends the process.
 */
export const interruptibleTerminal = (env: Terminal['env']): Terminal => {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interrupted.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
      interrupted.abort();
    });
  }
  const isAttended = process.stdin.isTTY && process.stderr.isTTY;
  const terminal = { ...processTerminal(env), interrupted: interrupted.signal };
  return isAttended ? { ...terminal, ask } : terminal;
};
