import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { mostEvents } from '../../../src/modules/relay/publication';
import { backlog, partitions, rateAfterQuarter } from '../backlog';
import type { Backlog } from '../backlog';
import type { Context } from '../context';
import { atLeast, compared } from '../figures';
import type { Row } from '../figures';
import { startFlowledger } from '../flowledger';
import { applied } from '../ledger';
import type { Measurement } from '../measurement';

const joiningMilliseconds = 60_000;

/** Empties the read models and puts their checkpoints back to the beginning. */
const forget = async (client: Client): Promise<void> => {
  const { rows } = await client.query<{ place: string }>(
    `select format('%I.%I', id, replace(projection, '-', '_')) as place from ops.generations`,
  );
  for (const { place } of rows) await client.query(`truncate ${place}`);
  await client.query('update ops.ledger_checkpoints set position = 0');
  await client.query('update ops.partition_checkpoints set position = 0');
  await client.query('delete from ops.parked');
};

const untilJoined = async (
  { brokers, kafkajs }: Backlog,
  group: string,
  processes: number,
): Promise<void> => {
  const patience = performance.now() + joiningMilliseconds;
  while ((await kafkajs.call('members', { brokers, group })) !== processes) {
    if (performance.now() > patience) throw new Error(`${processes} projectors did not join`);
    await delay(100);
  }
};

/**
 * Events a second that some projectors of one group bring from Kafka into both read models. They join
 * on an empty topic; then it is filled while they may not move their checkpoints, so that neither the
 * filling nor the joining is timed. The relay's place knows nothing of this topic, so they cannot
 * think that Kafka left them waiting and turn to the ledger.
 */
const project = async (
  context: Context,
  made: Backlog,
  topic: string,
  processes: number,
): Promise<number> => {
  const { database, client, events, brokers, kafkajs } = made;
  await kafkajs.call('create', { brokers, topic, partitions });
  const variables = { KAFKA_BROKERS: brokers, KAFKA_TOPIC: topic, KAFKA_GROUP: topic };
  const names = Array.from({ length: processes }, (_, index) => `${topic}-${index + 1}`);
  const servers = await Promise.all(
    names.map((name) =>
      startFlowledger(context, { name, database, parts: 'projector', variables }),
    ),
  );
  await untilJoined(made, topic, processes);
  await forget(client);
  await client.query('begin');
  await client.query('select from ops.ledger_checkpoints for update');
  await kafkajs.call('produce', { brokers, topic, atOnce: mostEvents });
  await client.query('commit');
  const rate = await rateAfterQuarter(events, () => applied(client));
  await Promise.all(servers.map((server) => server.stop()));
  return rate;
};

/** Kafka to the read models. */
export const projector: Measurement = {
  name: 'projector',
  summary: 'events a second from Kafka into both read models, by one process and by two of a group',
  budget: '>= 0.4 x a raw kafkajs consumer that parses each value',
  run: async (context) => {
    const made = await backlog(context);
    const { events, brokers, kafkajs } = made;
    const one: number[] = [];
    const two: number[] = [];
    const raw: number[] = [];
    for (let round = 1; round <= context.runs; round += 1) {
      context.say(`projector: round ${round} of ${context.runs}, ${events} events`);
      const topic = `bench.projector.${round}`;
      one.push(await project(context, made, topic, 1));
      const { messages, seconds } = await kafkajs.call('parse', { brokers, topic, count: events });
      raw.push(messages / seconds);
      const pair = round === 1 || !context.quick;
      if (pair) two.push(await project(context, made, `${topic}.two`, 2));
    }
    const baseline = { name: 'raw kafkajs consumer, parsing', samples: raw };
    const row = (figure: string, samples: readonly number[]): Row =>
      compared({ figure, unit: 'events/s', budget: atLeast(0.4) }, samples, baseline);
    return [row('projector', one), row('projector, two in a group', two)];
  },
};
