import type { Context } from '../context';
import type { Flowledger } from '../flowledger';
import { startWorker } from '../worker';
import type { Driver } from '../workers/driver';

/** Model calls a second. */
export const rate = 500;

/** Has a server driven while something else is looked at; `prefix` tells the drives apart. */
export const driveBeside = async (
  context: Context,
  server: Flowledger,
  prefix: string,
  seconds: number,
) => {
  const driver = await startWorker<Driver>(context, require.resolve('../workers/driver'));
  const load = { rate, seconds, warmUpSeconds: 1, connections: 50, prefix };
  const driving = driver.call('openLoop', { ...load, url: server.url, key: server.key });
  driving.catch(() => undefined); // awaited by whoever asked for it
  return driving;
};
