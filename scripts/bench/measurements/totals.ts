import { count } from '../../../src/modules/cli/amounts';
import { get } from '../api';
import type { Context } from '../context';
import { below, measured } from '../figures';
import type { Row } from '../figures';
import type { Flowledger } from '../flowledger';
import { agents } from '../load/past-calls';
import type { Measurement } from '../measurement';
import { startWorker } from '../worker';
import type { AskDrive, Asker } from '../workers/asker';
import { yearOf } from '../year';

const connections = 8;
const path = '/v1/projections/roi-totals?groupBy=day,agent';

interface Answer {
  readonly rows: readonly { readonly agent: string; readonly calls: string }[];
}

/** Throws unless the answer is one of many rows, with every agent among them. */
const assertAnswered = ({ rows }: Answer): void => {
  const named = new Set(rows.map(({ agent }) => agent));
  if (agents.every((agent) => named.has(agent))) return;
  throw new Error(`roi-totals knows ${named.size} of ${agents.length} agents`);
};

interface Asked {
  /** From one connection, which has nobody to wait for. */
  readonly single: AskDrive;
  /** From all of them, by rounds. */
  readonly many: readonly AskDrive[];
}

const askAll = async (context: Context, { url, key }: Flowledger): Promise<Asked> => {
  const asker = await startWorker<Asker>(context, require.resolve('../workers/asker'));
  const asked = [{ method: 'GET', path, body: '' }] as const;
  const seconds = context.quick ? 5 : 20;
  const load = { url, key, asked, marker: '"rows":[{', seconds, warmUpSeconds: 3 };
  const ask = async (from: number): Promise<AskDrive> => {
    const drive = await asker.call('ask', { ...load, connections: from });
    if (drive.marked === drive.count) return drive;
    throw new Error('some answers had no rows');
  };
  context.say(`totals: one connection for ${seconds} s`);
  const single = await ask(1);
  const many: AskDrive[] = [];
  for (let run = 1; run <= (context.quick ? 1 : context.runs); run += 1) {
    context.say(`totals: run ${run}, ${connections} connections for ${seconds} s`);
    many.push(await ask(connections));
  }
  return { single, many };
};

const rowsOf = (calls: number, { single, many }: Asked): Row[] => {
  const of = (what: keyof AskDrive): number[] => many.map((drive) => drive[what]);
  const figure = `roi-totals by day and agent over ${count(calls)} calls, ${connections} connections`;
  const rates = of('perSecond').map((rate) => rate.toFixed(0));
  const alone = `from one connection p50 ${single.p50.toFixed(1)}, p99 ${single.p99.toFixed(1)} ms`;
  const note = `${rates.join(', ')} answers a second; ${alone}`;
  return [
    measured({ figure: `${figure}, p50`, unit: 'ms', note }, of('p50')),
    measured({ figure: `${figure}, p99`, unit: 'ms', budget: below(50, 'ms') }, of('p99')),
  ];
};

/** How long the totals of a year take to be read. */
export const totals: Measurement = {
  name: 'totals',
  summary: `GET ${path} over a million calls of a year, ${connections} connections`,
  budget: 'p99 < 50 ms',
  run: async (context) => {
    const { calls, serve } = await yearOf(context);
    const server = await serve(context, 'totals');
    assertAnswered((await get(server, path)) as Answer);
    return rowsOf(calls, await askAll(context, server));
  },
};
