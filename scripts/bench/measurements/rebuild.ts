import { count } from '../../../src/modules/cli/amounts';
import { clonedLedger } from '../cloned';
import type { Cloned } from '../cloned';
import type { Context } from '../context';
import { costOf, costText, cpuOf } from '../cpu';
import type { Cost } from '../cpu';
import { above, atLeast, below, compared, measured } from '../figures';
import type { Row } from '../figures';
import type { Measurement } from '../measurement';
import { watchMemory } from '../memory';
import { rebuildByEmmett } from '../emmett';
import { postmaster } from '../postgres';
import { bothKinds, rebuildUpTo } from '../rebuilds';
import type { Rebuilt } from '../rebuilds';
import { startWorker } from '../worker';
import type { Worker } from '../worker';
import type { LedgerReads, Reading } from '../workers/ledger-reads';

const mebibytes = 1_536;

interface Round {
  readonly rebuilt: Rebuilt;
  /** Of one event, in CPU time. */
  readonly cost: Cost;
  readonly copied: Reading;
  readonly oneByOne: Reading;
  /** Of execution-status alone. */
  readonly emmett: Reading;
}

const rate = ({ events, seconds }: { readonly events: number; readonly seconds: number }): number =>
  events / seconds;

const baselines = async (
  context: Context,
  { database, end }: Cloned,
  round: number,
): Promise<Omit<Round, 'rebuilt' | 'cost'>> => {
  const reads: Worker<LedgerReads> = await startWorker(
    context,
    require.resolve('../workers/ledger-reads'),
  );
  await reads.call('open', { url: database.url });
  const names = bothKinds;
  const copied = await reads.call('copy', { names, through: end });
  const part = { names, through: context.quick ? 5_000 : 30_000 };
  const schema = `one_by_one_${round}`;
  const oneByOne = await reads.call('foldOneByOne', { ...part, schema });
  const streams = Array.from({ length: 100 }, (_, copy) => `execution-copy-${copy}`);
  return { copied, oneByOne, emmett: await rebuildByEmmett(context, reads, streams, round) };
};

const rowsOf = (rounds: readonly Round[], peak: number): Row[] => {
  const rates = rounds.map(({ rebuilt }) => rate(rebuilt));
  const [first] = rounds;
  const figure = `rebuild of ${bothKinds.join(' and ')} over ${count(first?.rebuilt.events ?? 0)} events`;
  const folds = rounds.map(({ rebuilt }) => rebuilt.foldSeconds.toFixed(1));
  const wholes = rounds.map(({ rebuilt }) => rebuilt.seconds.toFixed(1));
  const cost = costText(rounds.map((round) => round.cost));
  const note = `CPU time of an event: ${cost}; until all rows are written ${folds.join(', ')} s, with indexes ${wholes.join(', ')} s`;
  const oneByOne = rounds.map((round) => rate(round.oneByOne));
  return [
    measured({ figure, unit: 'events/s', budget: above(200_000), note }, rates),
    compared({ figure: 'the same', unit: 'events/s', budget: atLeast(0.5) }, rates, {
      name: 'COPY of the same rows to the client',
      samples: rounds.map(({ copied }) => rate(copied)),
    }),
    compared(
      {
        figure: 'the same',
        unit: 'events/s',
        note: `one by one: the first ${count(first?.oneByOne.events ?? 0)} events`,
      },
      rates,
      { name: 'one by one, an upsert each', samples: oneByOne },
    ),
    compared(
      {
        figure: 'the same',
        unit: 'events/s',
        budget: atLeast(100),
        note: `emmett-postgresql: execution-status alone, the first ${count(first?.emmett.events ?? 0)} events`,
      },
      rates,
      {
        name: "emmett-postgresql's own rebuild",
        samples: rounds.map(({ emmett }) => rate(emmett)),
      },
    ),
    measured(
      {
        figure: 'rebuild, peak memory of the server',
        unit: 'MiB',
        budget: below(mebibytes, 'MiB'),
      },
      [peak],
    ),
  ];
};

/** Read models made anew from the ledger, by a server that does nothing else. */
export const rebuild: Measurement = {
  name: 'rebuild',
  summary: 'start-rebuild of both kinds of read model over two million events: rate and memory',
  budget: '>= 0.5 x COPY, > 200,000 events/s, >= 100 x emmett-postgresql; < 1.5 GB',
  run: async (context) => {
    const cloned = await clonedLedger(context);
    const server = await cloned.serve(context, { name: 'rebuild', parts: 'api,sweeper' });
    const rounds: Round[] = [];
    let highest = 0;
    for (let round = 1; round <= context.runs; round += 1) {
      context.say(`rebuild: round ${round} of ${context.runs}, ${cloned.end} positions`);
      const processes = { server: server.pid, PostgreSQL: await postmaster(context) };
      const { result: watched, seconds } = await cpuOf(processes, () =>
        watchMemory(server.pid, rebuildUpTo(server, cloned.client, cloned.end, `bench-${round}`)),
      );
      const { result: rebuilt, peak } = watched;
      const cost = costOf(seconds, rebuilt.events);
      highest = Math.max(highest, peak);
      const others = await baselines(context, cloned, round);
      if (others.copied.events !== rebuilt.events)
        throw new Error(`${rebuilt.events} events were rebuilt of ${others.copied.events}`);
      rounds.push({ rebuilt, cost, ...others });
    }
    return rowsOf(rounds, highest);
  },
};
