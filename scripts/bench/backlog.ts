import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Context } from './context';
import { startFlowledger } from './flowledger';
import { broker } from './kafka';
import { endOfLedger, startExecutions } from './ledger';
import { connect, createDatabase, scalar } from './postgres';
import type { Database } from './postgres';
import { startWorker } from './worker';
import type { Worker } from './worker';
import type { BulkSender } from './workers/bulk-sender';
import type { RawKafka } from './workers/raw-kafka';

/** A ledger of many events, and the messages that the relay makes of them in the memory of a process. */
export interface Backlog {
  readonly database: Database;
  readonly client: Client;
  readonly events: number;
  readonly brokers: string;
  readonly kafkajs: Worker<RawKafka>;
}

/** As Flowledger's default. */
export const partitions = 8;

const patienceMilliseconds = 300_000;
const lookMilliseconds = 5;

/** One look at how far something is. */
interface Look {
  readonly count: number;
  /** Milliseconds on the clock of `performance`. */
  readonly time: number;
}

/**
 * Looks at a counter until it reaches `all`.
 *
 * @returns the events a second after the first quarter, which is for warming up.
 */
export const rateAfterQuarter = async (
  all: number,
  counter: () => Promise<number>,
): Promise<number> => {
  const patience = performance.now() + patienceMilliseconds;
  let from: Look | null = null;
  for (;;) {
    const look: Look = { count: await counter(), time: performance.now() };
    if (look.count * 4 >= all) from ??= look;
    if (look.count > all) throw new Error(`${look.count} events came of ${all}`);
    if (look.count === all && from !== null) {
      const seconds = (look.time - from.time) / 1000;
      if (seconds <= 0) throw new Error('it was over between two looks: too few events');
      return (all - from.count) / seconds;
    }
    if (look.time > patience) throw new Error(`only ${look.count} events came of ${all}`);
    await delay(lookMilliseconds);
  }
};

/** The last position that is on a topic. */
export const relayed = async (client: Client, topic: string): Promise<number> =>
  Number(
    await scalar(client, 'select coalesce(max(position), 0) from ops.relay where topic = $1', [
      topic,
    ]),
  );

const fill = async (context: Context, database: Database, calls: number): Promise<void> => {
  const server = await startFlowledger(context, { name: 'backlog-api', database, parts: 'api' });
  await startExecutions(server);
  const sender = await startWorker<BulkSender>(context, require.resolve('./workers/bulk-sender'));
  const { url, key } = server;
  const load = { lines: calls, calls: 'now', keyPrefix: null, prepared: false } as const;
  await sender.call('send', { url, key, ...load });
  await server.stop();
};

/** The backlog of this run of the bench: made once, for the relay and the projector. */
export const backlog = (context: Context): Promise<Backlog> =>
  context.shared('backlog', async (whole) => {
    const brokers = await broker(whole);
    const calls = whole.quick ? 50_000 : 300_000;
    whole.say(`filling a ledger with ${calls} calls`);
    const database = await createDatabase(whole, 'backlog');
    await fill(whole, database, calls);
    const client = await connect(whole, database.ownerUrl);
    const events = await endOfLedger(client);
    const topic = 'bench.backlog';
    const relay = await startFlowledger(whole, {
      name: 'backlog-relay',
      database,
      parts: 'relay',
      variables: { KAFKA_BROKERS: brokers, KAFKA_TOPIC: topic },
    });
    await rateAfterQuarter(events, () => relayed(client, topic));
    await relay.stop();
    const kafkajs = await startWorker<RawKafka>(whole, require.resolve('./workers/raw-kafka'));
    const kept = await kafkajs.call('keep', { brokers, topic, count: events });
    if (kept !== events) throw new Error(`${kept} messages of ${events} events are on the topic`);
    return { database, client, events, brokers, kafkajs };
  });
