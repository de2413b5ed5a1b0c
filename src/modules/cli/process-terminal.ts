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
