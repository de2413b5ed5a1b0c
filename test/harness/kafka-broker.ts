import { mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { startKafka, type KafkaCluster } from '../../src/modules/kafka/broker/cluster';
import { obtainKafka } from '../../src/modules/kafka/broker/distribution';
import { stopLeftover } from '../../src/modules/kafka/broker/leftovers';
import { nodeFolder } from '../../src/modules/kafka/broker/storage';
import { KafkaUnavailable } from '../../src/modules/kafka/broker/toolchain';

/** Where the suites find Kafka, or why they do not. */
type KafkaForTests = { bootstrap: string } | { skipped: string };

// globalSetup and globalTeardown are loaded apart, in one process: what they share is global.
const shared = globalThis as { flowledgerTestKafka?: { cluster: KafkaCluster; home: string } };
// One home per run, named by the pid of its jest: the next run clears away what a killed one left.
const homesFolder = (): string => join(tmpdir(), `flowledger-test-kafka-${userInfo().username}`);
const log = (line: string) => process.stderr.write(`${line}\n`);

/**
 * For globalSetup, once per jest run: the brokers of KAFKA_BROKERS, else one started here. Tells the
 * suites by FLOWLEDGER_TEST_KAFKA (the brokers) or FLOWLEDGER_TEST_KAFKA_SKIP (why there are none),
 * and by FLOWLEDGER_TEST_KAFKA_OWN_SKIP where no suite can start brokers of its own.
 * @returns the brokers, with the cluster where it was started here; or why there are none
 */
export async function acquireSharedBroker(): Promise<
  { bootstrap: string; cluster?: KafkaCluster } | { skipped: string }
> {
  const given = process.env['KAFKA_BROKERS'];
  if (given) process.env['FLOWLEDGER_TEST_KAFKA'] = given;
  try {
    await obtainKafka({ env: process.env, log });
  } catch (error) {
    if (!(error instanceof KafkaUnavailable)) throw error;
    process.env['FLOWLEDGER_TEST_KAFKA_OWN_SKIP'] = error.message;
    if (given) return { bootstrap: given };
    process.env['FLOWLEDGER_TEST_KAFKA_SKIP'] = error.message;
    return { skipped: error.message };
  }
  if (given) return { bootstrap: given };
  const homes = homesFolder();
  await clearAbandoned(homes);
  const home = join(homes, String(process.pid));
  const cluster = await startKafka({ brokers: 1, home, env: process.env, log });
  shared.flowledgerTestKafka = { cluster, home };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => leave(name));
  process.env['FLOWLEDGER_TEST_KAFKA'] = cluster.bootstrap;
  return { bootstrap: cluster.bootstrap, cluster };
}

/** For globalTeardown: stops the broker that `acquireSharedBroker` started, and removes its data. */
export async function releaseSharedBroker(): Promise<void> {
  const { flowledgerTestKafka: started } = shared;
  if (!started) return;
  delete shared.flowledgerTestKafka;
  await started.cluster.stop();
  await rm(started.home, { recursive: true, force: true });
}

/**
 * A `describe` for suites on the shared Kafka, given its brokers. Without one the suite is reported
 * by name with the reason, and skipped; where CI is set it fails instead.
 */
export function describeWithKafka(name: string, fn: (bootstrap: string) => void): void {
  const outcome = published() ?? { skipped: 'no globalSetup has looked for Kafka' };
  if ('skipped' in outcome) withoutKafka(name, outcome.skipped, () => fn(''));
  else describe(name, () => fn(outcome.bootstrap));
}

/** As `describeWithKafka`, for suites that start and kill brokers of their own. */
export function describeWithOwnBrokers(name: string, fn: () => void): void {
  const { FLOWLEDGER_TEST_KAFKA_OWN_SKIP: own, FLOWLEDGER_TEST_KAFKA_SKIP: any } = process.env;
  const reason = own ?? any;
  if (reason) withoutKafka(name, reason, fn);
  else describe(name, fn);
}

function withoutKafka(name: string, reason: string, fn: () => void): void {
  const ci = process.env['CI'];
  if (ci && ci !== 'false') {
    test(`${name}: has a Kafka to run on`, () => {
      throw new Error(`CI skips no suite, and this one cannot run: ${reason}`);
    });
    return;
  }
  log(`skipped: ${name} (${reason})`);
  describe.skip(`${name} (${reason})`, fn);
}

function published(): KafkaForTests | undefined {
  const bootstrap = process.env['FLOWLEDGER_TEST_KAFKA'];
  if (bootstrap) return { bootstrap };
  const skipped = process.env['FLOWLEDGER_TEST_KAFKA_SKIP'];
  return skipped ? { skipped } : undefined;
}

/** Stops the brokers and removes the data of runs whose jest is gone. */
async function clearAbandoned(homes: string): Promise<void> {
  mkdirSync(homes, { recursive: true });
  for (const pid of readdirSync(homes)) {
    if (isAlive(Number(pid))) continue;
    await stopLeftover(nodeFolder(join(homes, pid), 1), log);
    await rm(join(homes, pid), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** An interrupted run has no teardown: kills the broker, then lets the signal do what it does. */
function leave(name: NodeJS.Signals): void {
  const pid = shared.flowledgerTestKafka?.cluster.brokers[0]?.pid;
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  if (process.listenerCount(name) === 0) process.kill(process.pid, name);
}
