import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { startKafka, type KafkaCluster } from '../../src/modules/kafka/broker/cluster';
import { obtainKafka } from '../../src/modules/kafka/broker/distribution';
import { freePorts } from '../../src/modules/kafka/broker/ports';
import { KafkaUnavailable } from '../../src/modules/kafka/broker/toolchain';
import { describeWithOwnBrokers } from '../harness/kafka-broker';

jest.setTimeout(300_000);

const topic = 'facts';
let folder: string;
let lines: string[];
let running: KafkaCluster[];
let children: ChildProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kafka-broker-'));
  lines = [];
  running = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(running.map((cluster) => cluster.stop()));
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const log = (line: string) => void lines.push(line);
const home = () => join(folder, 'kafka');

async function start(brokers: 1 | 3 = 1): Promise<KafkaCluster> {
  const cluster = await startKafka({ brokers, home: home(), env: process.env, log });
  running.push(cluster);
  return cluster;
}

function client(bootstrap: string): Kafka {
  return new Kafka({
    brokers: bootstrap.split(','),
    logLevel: logLevel.NOTHING,
    retry: { retries: 20, initialRetryTime: 100, maxRetryTime: 1000 },
  });
}

async function createTopic(bootstrap: string, replicationFactor: number): Promise<void> {
  const admin = client(bootstrap).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor }] });
  await admin.disconnect();
}

async function inSync(bootstrap: string): Promise<number[]> {
  const admin = client(bootstrap).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.disconnect();
  return topics[0]!.partitions[0]!.isr.toSorted();
}

/** A producer begins by asking some broker, and gives up at once where that one is down. */
async function openProducer(bootstrap: string): Promise<Producer> {
  let last: unknown;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const producer = client(bootstrap).producer({ idempotent: true, maxInFlightRequests: 1 });
    try {
      await producer.connect();
      return producer;
    } catch (error) {
      last = error;
      await producer.disconnect();
    }
  }
  throw last;
}

async function produce(bootstrap: string, value: string): Promise<void> {
  const producer = await openProducer(bootstrap);
  await producer.send({ topic, acks: -1, messages: [{ partition: 0, value }] });
  await producer.disconnect();
}

/** The first `count` messages of the topic. */
async function consume(bootstrap: string, count: number): Promise<string[]> {
  const consumer = client(bootstrap).consumer({ groupId: `reader-${Date.now()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((settle, reject) => {
    const eachMessage = ({ message }: { message: { value: Buffer | null } }) => {
      values.push(String(message.value));
      if (values.length === count) settle();
      return Promise.resolve();
    };
    consumer.run({ autoCommit: false, eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return values;
}

/** `npm run kafka` without the build: the script itself, compiled as it is loaded. */
function command(args: string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const script = resolve(__dirname, '../../scripts/kafka.ts');
  const loader = `
    const { transformFileSync } = require('@swc/core');
    const jsc = { target: 'es2023', parser: { syntax: 'typescript' } };
    require.extensions['.ts'] = (module, file) =>
      module._compile(transformFileSync(file, { module: { type: 'commonjs' }, jsc }).code, file);
    process.argv.splice(1, 0, ${JSON.stringify(script)});
    require('node:module').runMain();`;
  const cwd = resolve(__dirname, '../..');
  const child = spawn(process.execPath, ['-e', loader, '--', ...args], { cwd, env });
  children.push(child);
  return child;
}

async function outcome(child: ChildProcess): Promise<{ status: number; out: string; err: string }> {
  const texts = { out: '', err: '' };
  child.stdout!.on('data', (chunk) => (texts.out += String(chunk)));
  child.stderr!.on('data', (chunk) => (texts.err += String(chunk)));
  const [status] = (await once(child, 'close')) as [number];
  return { status, ...texts };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  return line;
}

describeWithOwnBrokers('a Kafka started here', () => {
  it('keeps what was written between two starts of one home', async () => {
    const first = await start();
    await createTopic(first.bootstrap, 1);
    await produce(first.bootstrap, 'kept');
    expect(await consume(first.bootstrap, 1)).toEqual(['kept']);
    await first.stop();
    const second = await start();
    await produce(second.bootstrap, 'added');
    expect(await consume(second.bootstrap, 2)).toEqual(['kept', 'added']);
  });

  it('refuses a home in use, a port in use, and a home of another size', async () => {
    const cluster = await start();
    await expect(start()).rejects.toThrow(`started by process ${process.pid}`);
    const { port } = cluster.brokers[0]!;
    const elsewhere = { brokers: 1, home: join(folder, 'other'), ports: [port] } as const;
    const taken = startKafka({ ...elsewhere, env: process.env, log });
    await expect(taken).rejects.toThrow(`port ${port} is in use`);
    await cluster.stop();
    await expect(start(3)).rejects.toThrow('holds a cluster of 1');
  });

  it('tells when a broker ends by itself, with its last words', async () => {
    const { failure, brokers } = await start();
    process.kill(brokers[0]!.pid!, 'SIGKILL');
    expect((await failure).message).toContain('Kafka broker 1 ended (signal SIGKILL)');
    expect(brokers[0]!.pid).toBeUndefined();
  });

  it('brings a killed broker of three back, in sync', async () => {
    const { bootstrap, brokers } = await start(3);
    await createTopic(bootstrap, 3);
    await produce(bootstrap, 'on three');
    const before = brokers[0]!.pid;
    await brokers[0]!.kill('SIGKILL');
    await produce(bootstrap, 'on two');
    await brokers[0]!.restart();
    expect(brokers[0]!.pid).not.toBe(before);
    // Asked in person: the others may hear of it a moment later.
    expect(await inSync(`127.0.0.1:${brokers[0]!.port}`)).toEqual([1, 2, 3]);
    expect(await consume(bootstrap, 2)).toEqual(['on three', 'on two']);
  });
});

describeWithOwnBrokers('npm run kafka', () => {
  it('prints what to set, and ends with its broker on SIGTERM', async () => {
    const [port] = await freePorts(1);
    const child = command(['--home', home(), '--port', String(port)]);
    const ended = outcome(child);
    expect(await firstLine(child)).toBe(`KAFKA_BROKERS=127.0.0.1:${port!}`);
    await createTopic(`127.0.0.1:${port!}`, 1);
    child.kill('SIGTERM');
    expect((await ended).status).toBe(0);
    expect(await readdir(join(home(), 'broker-1'))).not.toContain('broker.pid');
  });

  it('ends with its broker as well where nobody reads any more what it says', async () => {
    const [port] = await freePorts(1);
    const child = command(['--home', home(), '--port', String(port)]);
    child.stderr!.destroy();
    expect(await firstLine(child)).toBe(`KAFKA_BROKERS=127.0.0.1:${port!}`);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await readdir(join(home(), 'broker-1'))).not.toContain('broker.pid');
  });

  it('goes on with two of three, and starts again the one that was killed', async () => {
    const [port] = await freePorts(1);
    const child = command(['--brokers', '3', '--home', home(), '--port', String(port), '--json']);
    const said = createInterface(child.stderr!);
    const saying = (text: string) =>
      new Promise<void>((settle) => said.on('line', (line) => line.includes(text) && settle()));
    const { bootstrap, brokers } = JSON.parse(await firstLine(child)) as {
      bootstrap: string;
      brokers: { port: number; pid: number }[];
    };
    await createTopic(bootstrap, 3);
    const ended = saying('Kafka broker 2 ended (signal SIGKILL)');
    const back = saying('broker 2 is back');
    process.kill(brokers[1]!.pid, 'SIGKILL');
    await ended;
    await produce(bootstrap, 'on two');
    await back;
    expect(await inSync(`127.0.0.1:${brokers[1]!.port}`)).toEqual([1, 2, 3]);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('leaves a broker when it is killed, and the next start takes over from it', async () => {
    const [port] = await freePorts(1);
    const child = command(['--home', home(), '--port', String(port), '--json']);
    const { bootstrap, brokers } = JSON.parse(await firstLine(child)) as {
      bootstrap: string;
      brokers: { pid: number }[];
    };
    await createTopic(bootstrap, 1);
    await produce(bootstrap, 'kept');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const next = await start();
    const { pid } = brokers[0]!;
    expect(lines).toContain(`stopping the broker (pid ${pid}) that a killed process left running`);
    expect(await consume(next.bootstrap, 1)).toEqual(['kept']);
  });
});

describe('npm run kafka, called wrongly', () => {
  it.each([
    [['--broker', '3'], 'unknown flag --broker, did you mean --brokers?'],
    [['--brokers', '2'], '--brokers: 1 or 3, not 2'],
    [['--port', 'high'], '--port: a port number, not high'],
  ])('refuses %j with status 2', async (args, message) => {
    const { status, out, err } = await outcome(command(args));
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
    expect(err).toContain('usage: npm run kafka');
  });

  it('says in one line that Java is missing, with status 1', async () => {
    const args = ['--home', home()];
    const { status, err } = await outcome(command(args, { PATH: folder }));
    expect(status).toBe(1);
    expect(err).toMatch(/^Kafka needs java and there is none: install Java 17 .*\n$/);
  });
});

describe('getting hold of Kafka', () => {
  const cache = () => join(folder, 'cache');
  const java17 = 'echo \'openjdk version "17.0.15"\' >&2';
  const fetched = 'mkdir lib && touch lib/kafka_2.13-4.1.1.jar';

  /** Makes these the only java and mvn; returns what fetches Kafka with them. */
  async function install(tools: Record<string, string>): Promise<() => Promise<string>> {
    const bin = join(folder, 'bin');
    await rm(bin, { recursive: true, force: true });
    await mkdir(bin);
    for (const [name, script] of Object.entries(tools)) {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    }
    const path = 'mvn' in tools ? [bin, '/usr/bin', '/bin'] : [bin];
    const env = { PATH: path.join(delimiter), FLOWLEDGER_CACHE: cache() };
    return async () => (await obtainKafka({ env, log })).lib;
  }

  it.each([
    ['no java', {}, 'Kafka needs java and there is none: install Java 17'],
    ['a java that fails', { java: 'exit 1' }, 'does not run: install Java 17'],
    ['an old java', { java: 'echo \'java version "11.0.2"\' >&2' }, 'is 11: install Java 17'],
    ['no Maven', { java: java17 }, 'there is no mvn: install it'],
    [
      'a failed download',
      { java: java17, mvn: "echo '[ERROR] Unknown host'; exit 1" },
      'Maven could not fetch Kafka 4.1.1: Unknown host',
    ],
  ])('says what is wrong with %s', async (_, tools, message) => {
    const obtain = await install(tools);
    const error: unknown = await obtain().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KafkaUnavailable);
    expect((error as KafkaUnavailable).message).toContain(message);
    expect(await readdir(cache()).catch(() => [])).toEqual([]);
  });

  it('needs Maven once', async () => {
    const lib = await (await install({ java: java17, mvn: fetched }))();
    const without = await install({ java: java17 });
    expect(await without()).toBe(lib);
  });

  it('lets two processes fetch at once', async () => {
    // Neither is done before both have begun.
    const both = `touch ../begun-$$; until [ $(ls .. | grep -c begun) = 2 ]; do :; done; ${fetched}`;
    const obtain = await install({ java: java17, mvn: both });
    const [first, second] = await Promise.all([obtain(), obtain()]);
    expect(first).toBe(second);
    const left = await readdir(cache());
    expect(left.filter((name) => !name.startsWith('begun'))).toEqual(['kafka-4.1.1']);
  });
});
