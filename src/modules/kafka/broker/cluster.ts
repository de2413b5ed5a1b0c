import { resolve } from 'node:path';
import { Broker, type BrokerContext, type KafkaBroker } from './broker';
import { obtainKafka, type ObtainOptions } from './distribution';
import { stopLeftover } from './leftovers';
import { freePorts, isTaken } from './ports';
import { awaitNodes } from './readiness';
import type { NodeAddress } from './settings';
import { nodeFolder, prepareStorage } from './storage';

// Alone a broker answers after some 3 s, three after 8; on a crowded machine three took 28.
const startWithin = 120_000;
const heapMegabytes = { 1: 512, 3: 384 };

export interface KafkaOptions extends ObtainOptions {
  brokers: 1 | 3;
  /** Data, settings and logs of the cluster, kept between starts. */
  home: string;
  /** One per broker; free ones are taken when absent. */
  ports?: readonly number[];
}

/** A running Kafka, and the handles by which a test breaks it. */
export interface KafkaCluster {
  /** `127.0.0.1:p1,127.0.0.1:p2,...`, as KAFKA_BROKERS takes it. */
  bootstrap: string;
  brokers: readonly KafkaBroker[];
  /** Resolves when a broker ends that nobody asked to. */
  failure: Promise<Error>;
  /** Stops every broker: politely, and after 15 s by force. Data stays. */
  stop(): Promise<void>;
}

/**
 * Starts a real Kafka (KRaft, no Docker) on loopback and resolves once it answers producers and
 * groups. The first start of a home formats its storage; a broker that a killed process left there
 * is stopped first.
 * @throws KafkaUnavailable where Kafka cannot be had; Error where it does not start, with its last log lines
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaCluster> {
  const { log } = options;
  const home = resolve(options.home);
  const runtime = await obtainKafka(options);
  const ids = Array.from({ length: options.brokers }, (_, index) => index + 1);
  for (const id of ids) await stopLeftover(nodeFolder(home, id), log);
  const nodes = await addresses(ids, options.ports);
  await prepareStorage(home, nodes, runtime);

  let died!: (error: Error) => void;
  const failure = new Promise<Error>((settle) => (died = settle));
  const context: BrokerContext = {
    runtime,
    heapMegabytes: heapMegabytes[options.brokers],
    ready: whenReady,
    died,
  };
  const brokers = nodes.map(({ id, port }) => new Broker(id, port, nodeFolder(home, id), context));
  const end = async (signal: NodeJS.Signals) => {
    await Promise.all(brokers.map((broker) => broker.kill(signal)));
  };
  log(`starting ${options.brokers === 1 ? 'a Kafka broker' : 'three Kafka brokers'} in ${home}`);
  try {
    for (const broker of brokers) broker.start();
    await whenReady(brokers, options.signal);
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  const bootstrap = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return { bootstrap, brokers, failure, stop: () => end('SIGTERM') };
}

async function whenReady(brokers: readonly Broker[], asked?: AbortSignal): Promise<void> {
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, ...(asked ? [asked] : [])]);
  const answering = awaitNodes(brokers, { within: startWithin, signal });
  try {
    await Promise.race([answering, ...brokers.map((broker) => broker.untilItEnds())]);
  } finally {
    settled.abort();
  }
}

async function addresses(ids: number[], wanted?: readonly number[]): Promise<NodeAddress[]> {
  for (const port of wanted ?? []) {
    if (await isTaken(port)) throw new Error(`port ${port} is in use: choose another`);
  }
  const free = await freePorts(2 * ids.length);
  return ids.map((id, index) => {
    const [port = 0, controllerPort = 0] = free.slice(2 * index);
    return { id, port: wanted?.[index] ?? port, controllerPort };
  });
}
