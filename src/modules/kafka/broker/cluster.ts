import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Broker, type BrokerContext, type KafkaBroker } from './broker';
import { obtainKafka, type ObtainOptions } from './distribution';
import { stopLeftover } from './leftovers';
import { freePorts, isTaken } from './ports';
import { awaitNodes } from './readiness';
import type { NodeAddress } from './settings';
import { nodeFolder, prepareStorage } from './storage';

// Alone a broker answers after some 3 s, three after 8; on a crowded machine three took 28.
const startWithin = 120_000;
// Longer than the 9 s after which a controller gives what a silent broker leads to the others.
const downFor = 15_000;
const heapMegabytes = { 1: 512, 3: 384 };

export interface KafkaOptions extends ObtainOptions {
  brokers: 1 | 3;
  /** Data, settings and logs of the cluster, kept between starts. */
  home: string;
  /** One per broker; free ones are taken when absent. */
  ports?: readonly number[];
  /** A broker that ends by itself is started again after a while, and is no failure if it comes back. */
  revive?: boolean;
}

/** A running Kafka, and the handles by which a test breaks it. */
export interface KafkaCluster {
  /** `127.0.0.1:p1,127.0.0.1:p2,...`, as KAFKA_BROKERS takes it. */
  bootstrap: string;
  brokers: readonly KafkaBroker[];
  /** Resolves when a broker ends that nobody asked to, for good. */
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

  let failed!: (error: Error) => void;
  const failure = new Promise<Error>((settle) => (failed = settle));
  const ending = new AbortController();
  const coming = new Set<Broker>();
  let revive = false;
  const died = async (broker: Broker, error: Error) => {
    if (ending.signal.aborted) return;
    if (!revive) failed(error);
    // One that ends again before it answers fails its coming back.
    if (!revive || coming.has(broker)) return;
    coming.add(broker);
    await comeBack(broker, error, { log, signal: ending.signal }).catch(failed);
    coming.delete(broker);
  };
  const context: BrokerContext = {
    runtime,
    heapMegabytes: heapMegabytes[options.brokers],
    ready: whenReady,
    died: (broker, error) => void died(broker, error),
  };
  const brokers = nodes.map(({ id, port }) => new Broker(id, port, nodeFolder(home, id), context));
  const end = async (signal: NodeJS.Signals) => {
    ending.abort();
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
  revive = options.revive ?? false;
  const bootstrap = nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return { bootstrap, brokers, failure, stop: () => end('SIGTERM') };
}

/** Starts a broker again that has ended. @throws when it ends before it answers */
async function comeBack(
  broker: Broker,
  { message }: Error,
  { log, signal }: { log: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  log(`${message}\nstarting broker ${broker.id} again in ${downFor / 1000} s`);
  try {
    await delay(downFor, undefined, { signal });
    broker.start();
    await whenReady([broker], signal);
    log(`broker ${broker.id} is back, pid ${broker.pid}`);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
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
