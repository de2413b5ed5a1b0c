import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { LaunchError } from './launch-error';
import { clearLeftovers } from './leftovers';
import { Postmaster } from './postmaster';
import { StartError } from './start-error';
import type { Cluster } from './postmaster';

type Log = (line: string) => void;

const PORTS = [20_000, 30_000] as const; // below the ports that systems give to outgoing connections
const PORT_ATTEMPTS = 20;
const DATA_ATTEMPTS = 60;
const DATA_DELAY_MS = 500;
const REASSURE_EVERY_MS = 10_000;

/**
 * Starts a server on a free port, after clearing away what a killed one left and trying again where
 * the next attempt can do better.
 *
 * @throws StartError with PostgreSQL's reason.
 */
export async function launch(
  cluster: Cluster,
  log: Log,
): Promise<{ postmaster: Postmaster; port: number }> {
  const attemptsLeft = { 'port-taken': PORT_ATTEMPTS, 'data-in-use': DATA_ATTEMPTS, other: 1 };
  for (;;) {
    await clearLeftovers(cluster.data, log);
    // Tried by PostgreSQL itself: a port that was free when we looked may be taken when it binds.
    const port = randomInt(...PORTS);
    try {
      const postmaster = await Postmaster.spawn(cluster, port);
      await reassuring(postmaster.ready(), `PostgreSQL is still starting, see ${cluster.log}`, log);
      return { postmaster, port };
    } catch (error) {
      if (!(error instanceof LaunchError)) throw error;
      if (--attemptsLeft[error.reason] === 0) {
        throw new StartError(`PostgreSQL does not start: ${error.message} (see ${cluster.log})`);
      }
      if (error.reason === 'data-in-use') await pause(DATA_DELAY_MS);
    }
  }
}

/** A recovery after a crash may take minutes: say so instead of seeming to hang. */
async function reassuring<T>(work: Promise<T>, line: string, log: Log): Promise<T> {
  const timer = setInterval(() => log(line), REASSURE_EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
