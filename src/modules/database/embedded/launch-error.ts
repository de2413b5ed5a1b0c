import { dirname } from 'node:path';
import { isDiskFull } from './home-folder';
import { lastMeaningfulLine, readRun } from './server-log';

/** A server that ended before it was ready; `reason` says whether another attempt can do better. */
export class LaunchError extends Error {
  constructor(
    readonly reason: 'port-taken' | 'data-in-use' | 'other',
    message: string,
  ) {
    super(message);
    this.name = 'LaunchError';
  }
}

/** Explains an early end from what the run has logged, else from how the process ended. */
export const launchError = async (
  log: string,
  logStart: number,
  end: string,
): Promise<LaunchError> => {
  const output = await readRun(log, logStart);
  const line = lastMeaningfulLine(output);
  // On a full disk the log stays empty as well.
  const isFull = line === undefined && (await isDiskFull(dirname(log)));
  return new LaunchError(reasonIn(output), isFull ? 'no space left on the disk' : (line ?? end));
};

function reasonIn(output: string): LaunchError['reason'] {
  if (output.includes('could not create any TCP/IP sockets')) return 'port-taken';
  // Backends, or a server that had not written its file yet, have outlived their killed parent.
  const inUse = /shared memory block .* is still in use|"postmaster\.pid" already exists/;
  return inUse.test(output) ? 'data-in-use' : 'other';
}
