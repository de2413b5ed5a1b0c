import { setTimeout as delay } from 'node:timers/promises';
import { count } from '../../../src/modules/cli/amounts';
import { get, post } from '../api';
import type { Context } from '../context';
import { atMost, compared, measured } from '../figures';
import type { Flowledger } from '../flowledger';
import { models, year } from '../load/past-calls';
import type { Measurement } from '../measurement';
import { watchMemory } from '../memory';
import { yearOf } from '../year';

const repricingId = 'bench';

/** What the last quarter of the time may take of the memory that the first took, to be flat. */
const flat = atMost(1.25);

const tellEveryMilliseconds = 10_000;

interface Standing {
  readonly status: string;
  readonly changedCalls: string;
}

interface Row {
  readonly row: Standing;
}

/** Sets a price that no model of the year had, from its first day on: all calls change. */
const setPrices = async (server: Flowledger): Promise<void> => {
  const rates = {
    inputUsdPerMillion: 7.03,
    cachedInputUsdPerMillion: 1.01,
    outputUsdPerMillion: 21.07,
  };
  for (const model of models) {
    const price = { model, effectiveFrom: year.from, ...rates, source: 'bench' };
    await post(server, '/v1/commands/set-price', price);
  }
};

/** Asks the read model how far the repricing is, until it is done. */
const untilDone = async (context: Context, server: Flowledger): Promise<Standing> => {
  let told = performance.now();
  for (;;) {
    const path = `/v1/projections/repricings/${repricingId}`;
    const { row } = (await get(server, path)) as Row;
    if (row.status !== 'running') return row;
    if (performance.now() - told >= tellEveryMilliseconds) {
      told = performance.now();
      context.say(`repricing: ${row.changedCalls} calls so far`);
    }
    await delay(200);
  }
};

/** Prices all calls of the year anew; tells how many changed and how long that took, in seconds. */
const repriceAll = async (
  context: Context,
  server: Flowledger,
): Promise<{ changed: number; seconds: number }> => {
  const started = performance.now();
  await post(server, '/v1/commands/reprice-calls', { repricingId, ...year, reason: 'bench' });
  const { status, changedCalls } = await untilDone(context, server);
  if (status !== 'completed') throw new Error(`the repricing is ${status}`);
  return { changed: Number(changedCalls), seconds: (performance.now() - started) / 1000 };
};

/** A year of calls priced anew while the server keeps its read models: rate and resident memory. */
export const repricing: Measurement = {
  name: 'repricing',
  summary:
    'reprice-calls for a million calls, until its read model says it is done; memory meanwhile',
  budget: 'memory flat: the last quarter of the time <= 1.25 x the first',
  run: async (context) => {
    const { calls, serve } = await yearOf(context);
    const server = await serve(context, 'repricing');
    await setPrices(server);
    context.say(`repricing: ${calls} calls`);
    const { result, over } = await watchMemory(server.pid, repriceAll(context, server));
    const { changed, seconds } = result;
    if (changed !== calls) throw new Error(`${changed} of ${calls} calls were priced anew`);
    const quarter = Math.ceil(over.length / 4);
    const highest = [0, 1, 2, 3].map((index) =>
      Math.max(...over.slice(index * quarter, (index + 1) * quarter)),
    );
    const note = `resident memory at the start ${(over[0] ?? 0).toFixed(0)} MiB; the highest of each quarter of the time: ${highest.map((mebibytes) => mebibytes.toFixed(0)).join(', ')} MiB`;
    const figure = `repricing of ${count(calls)} calls`;
    return [
      measured({ figure, unit: 'calls/s' }, [calls / seconds]),
      compared(
        { figure: `${figure}, memory of the last quarter`, unit: 'MiB', budget: flat, note },
        highest.slice(3),
        { name: 'first quarter', samples: highest.slice(0, 1) },
      ),
    ];
  },
};
