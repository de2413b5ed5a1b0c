import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '../../src/modules/kafka/broker/cluster';
import type { KafkaCluster } from '../../src/modules/kafka/broker/cluster';
import { RelayStatus } from '../../src/modules/relay/relay-status';
import { keys, startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { describeWithOwnBrokers } from '../harness/kafka-broker';
import { clientOf, firstPositions, topicOn } from '../harness/kafka-topic';
import type { TestTopic } from '../harness/kafka-topic';
import { chanceOf, seedOf } from '../harness/seed';
import { Load } from './load';
import { expectAllExact } from './verdict';

jest.setTimeout(600_000);

const seed = seedOf('Kafka killed');
const patient = { within: 120_000 };

describeWithOwnBrokers('Kafka killed by SIGKILL under load', () => {
  let home: string;
  let cluster: KafkaCluster;
  let topic: TestTopic;
  let app: TestApp;
  let load: Load;

  const begin = async (brokers: 1 | 3): Promise<void> => {
    home = await mkdtemp(join(tmpdir(), 'kafka-killed-'));
    cluster = await startKafka({ brokers, home, env: process.env, log: () => undefined });
    topic = topicOn(cluster.bootstrap);
    app = await startApp({ env: topic.env });
    load = new Load({ seed, key: keys.service, urls: () => [app.url], clients: 6, bulkClients: 0 });
    await load.acknowledges(500);
  };

  afterEach(async () => {
    await load.abandon();
    await app.stop();
    await cluster.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Everything recorded is on the topic, in order, and in the read models, once. */
  const expectWhole = async (): Promise<void> => {
    await load.finish();
    await expectAllExact(app.database.ownerUrl, load);
    const standing = await eventually(
      'the relay at the end',
      async () => {
        const found = await app.get(RelayStatus).read();
        return found?.lagEvents === 0 && found;
      },
      patient,
    );
    const found = firstPositions(await topic.messages());
    for (const positions of found) {
      expect(positions).toEqual(positions.toSorted((left, right) => left - right));
    }
    expect(found.flat()).toHaveLength(Number(standing.ledgerEnd));
  };

  it('takes commands meanwhile, and is level again when it is back', async () => {
    await begin(1);
    const chance = chanceOf(seed);
    for (let round = 0; round < 2; round += 1) {
      await load.acknowledges(chance.between(1, 1_000));
      await cluster.brokers[0]!.kill('SIGKILL');
      await load.acknowledges(500);
      await cluster.brokers[0]!.restart();
    }
    await load.acknowledges(500);
    await expectWhole();
  });

  it('goes on with two of three brokers, whichever led', async () => {
    await begin(3);
    const chance = chanceOf(seed);
    const admin = clientOf(cluster.bootstrap).admin();
    await admin.connect();
    const partition = chance.between(0, 3);
    const leader = async (): Promise<number | undefined> => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic.name] });
      return topics[0]?.partitions.find((one) => one.partitionId === partition)?.leader;
    };
    // The topic is made beside the commands, and leads nowhere until its leaders are elected.
    const broker = await eventually(
      'a leader',
      async () => {
        const led = await leader();
        return cluster.brokers.find(({ id }) => id === led);
      },
      patient,
    );
    await load.acknowledges(chance.between(1, 1_000));
    await broker.kill('SIGKILL');
    await eventually(
      'the relay going on without it',
      async () => {
        const before = await app.get(RelayStatus).read();
        await load.acknowledges(200);
        const after = await app.get(RelayStatus).read();
        return BigInt(after!.position) > BigInt(before!.position);
      },
      patient,
    );
    await broker.restart();
    await admin.disconnect();
    await expectWhole();
  });
});
