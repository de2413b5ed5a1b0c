import { clonedLedger } from '../cloned';
import type { Cloned } from '../cloned';
import type { Context } from '../context';
import { atMost, compared } from '../figures';
import type { Flowledger } from '../flowledger';
import { startExecutions } from '../ledger';
import type { OpenDrive } from '../load/open-loop';
import type { Measurement } from '../measurement';
import { rebuildUpTo } from '../rebuilds';
import { warmUp } from '../warm-up';
import { startWorker } from '../worker';
import type { Worker } from '../worker';
import type { Driver } from '../workers/driver';

/** The read models are to follow what is recorded from now on, not the copies. */
const passOverSql = `update ops.ledger_checkpoints set position = (select position from ledger.head)`;

interface Load {
  readonly rate: number;
  readonly seconds: number;
}

const drive = (
  driver: Worker<Driver>,
  { url, key }: Flowledger,
  load: Load,
  prefix: string,
): Promise<OpenDrive> =>
  driver.call('openLoop', { url, key, ...load, warmUpSeconds: 1, connections: 50, prefix });

/** Rebuilds one after the other until the drive is over: how many were begun. */
const rebuildsDuring = async (
  work: Promise<OpenDrive>,
  begin: (index: number) => Promise<unknown>,
): Promise<{ readonly result: OpenDrive; readonly rebuilds: number }> => {
  const over = new AbortController();
  const end = (): void => {
    over.abort();
  };
  work.then(end, end);
  let rebuilds = 0;
  while (!over.signal.aborted) {
    rebuilds += 1;
    await begin(rebuilds);
  }
  return { result: await work, rebuilds };
};

const measure = async (
  context: Context,
  cloned: Cloned,
): Promise<[OpenDrive[], OpenDrive[], number]> => {
  const { client, end } = cloned;
  await client.query(passOverSql);
  const server = await cloned.serve(context, { name: 'rebuild-beside' });
  await startExecutions(server);
  await warmUp(context, server);
  const driver = await startWorker<Driver>(context, require.resolve('../workers/driver'));
  const load = context.quick ? { rate: 200, seconds: 5 } : { rate: 500, seconds: 30 };
  const [without, beside]: [OpenDrive[], OpenDrive[]] = [[], []];
  let begun = 0;
  for (let run = 1; run <= (context.quick ? 1 : context.runs); run += 1) {
    context.say(`rebuild-beside: run ${run}, ${load.rate} calls/s for ${load.seconds} s, twice`);
    without.push(await drive(driver, server, load, `without-${run}`));
    const { result, rebuilds } = await rebuildsDuring(
      drive(driver, server, load, `beside-${run}`),
      (index) => rebuildUpTo(server, client, end, `beside-${run}-${index}`),
    );
    beside.push(result);
    begun += rebuilds;
  }
  return [without, beside, begun];
};

/** What commands feel of a rebuild. */
export const rebuildBeside: Measurement = {
  name: 'rebuild-beside',
  summary: '500 record-llm-call a second while read models are rebuilt, and while they are not',
  budget: 'p99 <= 2 x the p99 without a rebuild',
  run: async (context) => {
    const [without, beside, begun] = await measure(context, await clonedLedger(context));
    const rate = context.quick ? 200 : 500;
    const row = (what: 'p50' | 'p99') =>
      compared(
        {
          figure: `one call at ${rate}/s beside a rebuild, ${what}`,
          unit: 'ms',
          ...(what === 'p99' ? { budget: atMost(2) } : { note: `${begun} rebuilds` }),
        },
        beside.map((one) => one[what]),
        { name: 'without', samples: without.map((one) => one[what]) },
      );
    return [row('p50'), row('p99')];
  },
};
