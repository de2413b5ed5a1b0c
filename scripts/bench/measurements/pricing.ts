import type { Client } from 'pg';
import type { Context } from '../context';
import { costOf, costText, cpuOf } from '../cpu';
import type { Cost } from '../cpu';
import { atLeast, compared } from '../figures';
import type { Row } from '../figures';
import { startFlowledger } from '../flowledger';
import type { Flowledger } from '../flowledger';
import { assertRecorded, endOfLedger, startExecutions } from '../ledger';
import type { Drive } from '../load/samples';
import type { Measurement } from '../measurement';
import { checkpoint, connect, createDatabase, postmaster, scalar } from '../postgres';
import { startWorker } from '../worker';
import type { Worker } from '../worker';
import type { BareBook } from '../workers/bare-book';
import type { Driver } from '../workers/driver';

const connections = 64;

interface Time {
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

interface Result {
  readonly drive: Drive;
  readonly cost: Cost;
}

/** A server with a price book that has either all prices or none. */
interface Contender {
  readonly name: 'priced' | 'bare';
  readonly client: Client;
  readonly run: (time: Time, prefix: string) => Promise<Result>;
}

const hasPriceSql = `
select data->'cost'->'computed'->>'price' is not null from ledger.events
where type = 'LlmCallRecorded' order by position desc limit 1`;

/** Throws unless the last call was priced, or not, as it should: else both sides are the same. */
const assertPriced = async (client: Client, isPriced: boolean): Promise<void> => {
  const found = (await scalar(client, hasPriceSql)) === 'true';
  if (found !== isPriced) throw new Error(`a call has ${found ? 'a' : 'no'} price`);
};

const driveOf = async (
  context: Context,
  driver: Worker<Driver>,
  { url, key, pid }: Flowledger,
  client: Client,
): Promise<Contender['run']> => {
  const processes = { server: pid, driver: driver.pid, postgres: await postmaster(context) };
  let accepted = await endOfLedger(client);
  return async (time, prefix) => {
    const { result, seconds } = await cpuOf(processes, () =>
      driver.call('closedLoop', { url, key, prefix, connections, ...time }),
    );
    accepted += result.accepted;
    await assertRecorded(client, accepted);
    return { drive: result, cost: costOf(seconds, result.accepted) };
  };
};

const contender = async (
  context: Context,
  driver: Worker<Driver>,
  name: Contender['name'],
): Promise<Contender> => {
  const database = await createDatabase(context, `pricing_${name}`);
  if (name === 'bare') {
    const book = await startWorker<BareBook>(context, require.resolve('../workers/bare-book'));
    await book.call('begin', database);
  }
  const server = await startFlowledger(context, {
    name: `pricing-${name}`,
    database,
    parts: 'api',
  });
  const client = await connect(context, database.ownerUrl);
  await startExecutions(server);
  await assertPriced(client, name === 'priced');
  return { name, client, run: await driveOf(context, driver, server, client) };
};

const compete = async (context: Context): Promise<Record<Contender['name'], Result[]>> => {
  const driver = await startWorker<Driver>(context, require.resolve('../workers/driver'));
  const all = [
    await contender(context, driver, 'priced'),
    await contender(context, driver, 'bare'),
  ];
  const [warming, measuring] = context.quick ? [3, 1] : [20, 8];
  for (const { name, run, client } of all) {
    context.say(`pricing: warming up ${name}, ${warming} s`);
    await run({ warmUpSeconds: 0, seconds: warming }, 'warm-up');
    await checkpoint(client);
  }
  const results: Record<Contender['name'], Result[]> = { priced: [], bare: [] };
  for (let round = 1; round <= context.runs; round += 1) {
    // The one that comes first changes, so that neither always has the disk that the other left.
    for (const { name, run } of round % 2 === 0 ? all.toReversed() : all) {
      context.say(`pricing: round ${round} of ${context.runs}, ${name}, ${measuring} s`);
      const time = { warmUpSeconds: context.quick ? 0.2 : 1, seconds: measuring };
      results[name].push(await run(time, `round-${round}`));
    }
  }
  return results;
};

const rowsOf = ({ priced, bare }: Record<Contender['name'], readonly Result[]>): Row[] => {
  const of = (results: readonly Result[], what: 'perSecond' | 'p99'): number[] =>
    results.map(({ drive }) => drive[what]);
  const baseline = (what: 'perSecond' | 'p99') => ({
    name: 'with an empty price book',
    samples: of(bare, what),
  });
  const costs = (results: readonly Result[]): string => costText(results.map(({ cost }) => cost));
  const figure = 'record-llm-call with pricing, api part';
  const note = `CPU time of one: ${costs(priced)}; with an empty price book: ${costs(bare)}`;
  return [
    compared(
      { figure, unit: 'commands/s', budget: atLeast(0.95), note },
      of(priced, 'perSecond'),
      baseline('perSecond'),
    ),
    compared({ figure: `${figure}, p99`, unit: 'ms' }, of(priced, 'p99'), baseline('p99')),
  ];
};

/**
 * What it costs that a call is priced: the very same requests to two servers that differ in one thing,
 * the price book. One has the prices of the library and finds, computes and stores a price with each
 * call, the other has none. All calls have a reported cost, so both record one. That a book is consulted
 * at all is on both sides.
 */
export const pricing: Measurement = {
  name: 'pricing',
  summary:
    'durable record-llm-call over HTTP with the library of prices, beside an empty price book',
  budget: '>= 0.95 x',
  run: async (context) => rowsOf(await compete(context)),
};
