import type { Context } from '../context';
import { below, measured } from '../figures';
import type { Row } from '../figures';
import { startFlowledger } from '../flowledger';
import { broker } from '../kafka';
import { assertRecorded, endOfLedger, startExecutions, untilApplied } from '../ledger';
import type { Measurement } from '../measurement';
import { checkpoint, connect, createDatabase } from '../postgres';
import { warmUp } from '../warm-up';
import { startWorker } from '../worker';
import type { ReadBackDrive, Reader } from '../workers/reader';

const rate = 1_000;

interface Feed {
  readonly name: 'ledger' | 'kafka';
  /** The budget. */
  readonly milliseconds: number;
  readonly variables: Readonly<Record<string, string>>;
}

type FeedOf = (context: Context) => Promise<Feed['variables']>;

const drivesOver = async (context: Context, feed: Feed): Promise<ReadBackDrive[]> => {
  const name = `visible-${feed.name}`;
  const database = await createDatabase(context, name);
  const server = await startFlowledger(context, { name, database, variables: feed.variables });
  const client = await connect(context, database.ownerUrl);
  await startExecutions(server);
  const reader = await startWorker<Reader>(context, require.resolve('../workers/reader'));
  let accepted = (await endOfLedger(client)) + (await warmUp(context, server));
  await untilApplied(client);
  await checkpoint(client);
  const seconds = context.quick ? 5 : 20;
  const drives: ReadBackDrive[] = [];
  for (let run = 1; run <= (context.quick ? 1 : context.runs); run += 1) {
    context.say(`${name}: run ${run}, ${rate} calls/s for ${seconds} s`);
    const load = { rate, seconds, warmUpSeconds: 1, connections: 64, every: 10 };
    const { url, key } = server;
    const drive = await reader.call('readBack', { ...load, url, key, prefix: `run-${run}` });
    accepted += drive.writes.accepted;
    await assertRecorded(client, accepted);
    await untilApplied(client);
    drives.push(drive);
  }
  return drives;
};

const rowsOf = (feed: Feed, drives: readonly ReadBackDrive[]): Row[] => {
  const figure = `visible at ${rate}/s by ${feed.name}`;
  const of = (what: 'p50' | 'p99' | 'p999'): number[] => drives.map(({ visible }) => visible[what]);
  const answers = drives.map(({ writes }) => `${writes.p50.toFixed(1)} / ${writes.p99.toFixed(1)}`);
  const note = `of it the command's own answer, p50 / p99: ${answers.join(', ')} ms`;
  return [
    measured({ figure: `${figure}, p50`, unit: 'ms', note }, of('p50')),
    measured(
      { figure: `${figure}, p99`, unit: 'ms', budget: below(feed.milliseconds, 'ms') },
      of('p99'),
    ),
  ];
};

const by = (name: Feed['name'], milliseconds: number, feedOf: FeedOf): Measurement => ({
  name: `visible-${name}`,
  summary: `from a command to its read model at ${rate} commands/s by the ${name} feed, one of ten read back with minPosition`,
  budget: `p99 < ${milliseconds} ms`,
  run: async (context) => {
    const feed = { name, milliseconds, variables: await feedOf(context) };
    return rowsOf(feed, await drivesOver(context, feed));
  },
});

/** From sending a command to reading it back from a read model. */
export const visibleByLedger = by('ledger', 25, () => Promise.resolve({}));

export const visibleByKafka = by('kafka', 75, async (context) => ({
  KAFKA_BROKERS: await broker(context),
  KAFKA_TOPIC: 'bench.visible',
  KAFKA_GROUP: 'bench.visible',
}));
