import { setTimeout as delay } from 'node:timers/promises';
import { count } from '../../../src/modules/cli/amounts';
import { clonedLedger } from '../cloned';
import { measured } from '../figures';
import type { Flowledger } from '../flowledger';
import type { Measurement } from '../measurement';

const projection = 'roi-totals';
const cachedAsks = 20;
const retryMilliseconds = 10;

/** Milliseconds until there is an answer; the server says 503 while it is being built. */
const ask = async ({ url, key }: Flowledger, position: number): Promise<number> => {
  const started = performance.now();
  for (;;) {
    const path = `/v1/projections/${projection}?groupBy=agent&asOf=${position}`;
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    const told = await answer.text();
    if (answer.status === 200 && told.includes('"rows":[{')) return performance.now() - started;
    if (answer.status !== 503) throw new Error(`${path} answered ${answer.status}: ${told}`);
    await delay(retryMilliseconds);
  }
};

/** A read model as it was after a million events. */
export const asOf: Measurement = {
  name: 'as-of',
  summary: `${projection} as of a million events: the first answer, and those that follow`,
  budget: 'none',
  run: async (context) => {
    const cloned = await clonedLedger(context);
    const server = await cloned.serve(context, { name: 'as-of', parts: 'api' });
    const within = cloned.commits.filter((position) => position <= 1_000_000);
    const firsts: number[] = [];
    const cached: number[] = [];
    // Each round another moment: the last ends of commits before the million.
    for (const position of within.slice(-context.runs).reverse()) {
      context.say(`as-of: position ${position}`);
      firsts.push(await ask(server, position));
      for (let times = 0; times < cachedAsks; times += 1) cached.push(await ask(server, position));
    }
    const figure = `${projection} as of position ${count(within.at(-1) ?? 0)}`;
    return [
      measured({ figure: `${figure}, first answer`, unit: 'ms' }, firsts),
      measured({ figure: `${figure}, then`, unit: 'ms' }, cached),
    ];
  },
};
