import type { Context } from './context';
import type { Flowledger } from './flowledger';
import { startWorker } from './worker';
import type { Driver } from './workers/driver';

/** Lets a fresh server compile what it is going to run; tells how many calls it accepted for that. */
export const warmUp = async (context: Context, { url, key }: Flowledger): Promise<number> => {
  const driver = await startWorker<Driver>(context, require.resolve('./workers/driver'));
  const { accepted } = await driver.call('closedLoop', {
    url,
    key,
    prefix: 'warm-up',
    connections: 16,
    warmUpSeconds: 0,
    seconds: context.quick ? 2 : 10,
  });
  return accepted;
};
