import { mostEvents } from '../../../src/modules/relay/publication';
import { backlog, partitions, rateAfterQuarter, relayed } from '../backlog';
import type { Backlog } from '../backlog';
import type { Context } from '../context';
import { costOf, costText, cpuOf } from '../cpu';
import type { Cost } from '../cpu';
import { atLeast, compared } from '../figures';
import { startFlowledger } from '../flowledger';
import type { Measurement } from '../measurement';
import { postmaster } from '../postgres';

interface Relayed {
  readonly perSecond: number;
  readonly cost: Cost;
}

/** A process that does nothing but relay, from the first event of the ledger to its last. */
const relayOnce = async (
  context: Context,
  { database, client, events, brokers }: Backlog,
  topic: string,
): Promise<Relayed> => {
  const postgres = await postmaster(context);
  const server = await startFlowledger(context, {
    name: topic,
    database,
    parts: 'relay',
    variables: { KAFKA_BROKERS: brokers, KAFKA_TOPIC: topic },
  });
  const { result, seconds } = await cpuOf({ relay: server.pid, postgres }, () =>
    rateAfterQuarter(events, () => relayed(client, topic)),
  );
  await server.stop();
  return { perSecond: result, cost: costOf(seconds, events) };
};

/** The ledger to a real broker. */
export const relay: Measurement = {
  name: 'relay',
  summary: 'events a second from a backlog in the ledger to a real broker',
  budget: '>= 0.8 x a raw kafkajs producer: the same messages in sends of the same size',
  run: async (context) => {
    const made = await backlog(context);
    const { events, brokers, kafkajs } = made;
    const own: Relayed[] = [];
    const raw: number[] = [];
    for (let round = 1; round <= context.runs; round += 1) {
      context.say(`relay: round ${round} of ${context.runs}, ${events} events`);
      own.push(await relayOnce(context, made, `bench.relay.${round}`));
      const topic = `bench.produced.${round}`;
      await kafkajs.call('create', { brokers, topic, partitions });
      const { messages, seconds } = await kafkajs.call('produce', {
        brokers,
        topic,
        atOnce: mostEvents,
      });
      raw.push(messages / seconds);
    }
    const note = `sends of ${mostEvents}; CPU time of one: ${costText(own.map(({ cost }) => cost))}`;
    return [
      compared(
        { figure: 'relay', unit: 'events/s', budget: atLeast(0.8), note },
        own.map(({ perSecond }) => perSecond),
        { name: 'raw kafkajs producer', samples: raw },
      ),
    ];
  },
};
