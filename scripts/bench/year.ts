import type { Client } from 'pg';
import type { Context } from './context';
import { startFlowledger } from './flowledger';
import type { Flowledger, Run } from './flowledger';
import { assertRecorded, endOfLedger, startExecutions, untilApplied } from './ledger';
import { checkpoint, connect, createDatabase, scalar } from './postgres';
import type { Database } from './postgres';
import { startWorker } from './worker';
import type { BulkSender } from './workers/bulk-sender';

/** A Flowledger whose ledger and read models have a year of calls. */
export interface Year {
  readonly calls: number;
  readonly database: Database;
  readonly client: Client;
  /** Starts a server on them; one after the other. */
  readonly serve: (
    context: Context,
    name: string,
    variables?: Run['variables'],
  ) => Promise<Flowledger>;
}

const patienceMilliseconds = 3_600_000;

/** The calls that have to be found again, all of them priced. */
const pricedSql = `
select coalesce(sum(calls - unpriced_calls), 0) from read.roi_totals where day < date '2026-01-01'`;

const million = 1_000_000;

const make = async (context: Context, calls: number): Promise<Year> => {
  const database = await createDatabase(context, 'year');
  const serve: Year['serve'] = (own, name, variables = {}) =>
    startFlowledger(own, { name, database, variables });
  const server = await serve(context, 'year-import');
  const client = await connect(context, database.ownerUrl);
  await startExecutions(server);
  const begun = await endOfLedger(client);
  const sender = await startWorker<BulkSender>(context, require.resolve('./workers/bulk-sender'));
  context.say(`importing ${calls} calls of a year`);
  const load = { lines: calls, calls: 'past', keyPrefix: null, prepared: false } as const;
  await sender.call('send', { url: server.url, key: server.key, ...load });
  await assertRecorded(client, begun + calls);
  context.say('waiting for the read models to have them');
  await untilApplied(client, patienceMilliseconds);
  const priced = Number(await scalar(client, pricedSql));
  if (priced !== calls) throw new Error(`${priced} of ${calls} calls have a price`);
  await server.stop();
  await client.query('analyze'); // as autovacuum would have done soon
  await checkpoint(client);
  return { calls, database, client, serve };
};

/** The year that all measurements of many calls share. */
export const yearOf = (context: Context): Promise<Year> =>
  context.shared('year', (own) => make(own, own.quick ? million / 20 : million));

/** Ten times as many calls. */
export const busyYearOf = (context: Context): Promise<Year> =>
  context.shared('busy-year', (own) => make(own, own.quick ? million / 2 : 10 * million));
