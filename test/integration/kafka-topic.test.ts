import { ConfigResourceTypes } from 'kafkajs';
import { freePorts } from '../../src/modules/kafka/broker/ports';
import { startKafka } from '../../src/modules/kafka/broker/cluster';
import type { KafkaCluster } from '../../src/modules/kafka/broker/cluster';
import { RelayStatus } from '../../src/modules/relay/relay-status';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { healthBecomes } from '../harness/health';
import { describeWithKafka, describeWithOwnBrokers } from '../harness/kafka-broker';
import { clientOf, rightSettings, topicOn } from '../harness/kafka-topic';
import type { TestTopic } from '../harness/kafka-topic';
import { expectExact } from '../harness/read-models';
import { work } from '../harness/work';

/** The calls recorded here have no price, which is another matter. */
const healthyTopic = { kafka: { status: 'healthy' }, relay: { status: 'healthy' } };

const metricOf = async ({ client }: TestApp, name: string): Promise<number> => {
  const { body } = await client.get<string>('/metrics', { key: null });
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1]);
};

/** Not while the brokers are too slow to be asked. */
const faultIsTold = (app: TestApp): Promise<true> =>
  eventually('the fault', async () => (await metricOf(app, 'flowledger_kafka_topic_fault')) === 1);

const published = (app: TestApp): Promise<true> =>
  eventually('the relay at the end of the ledger', async () => {
    const standing = await app.get(RelayStatus).read();
    return standing?.lagEvents === 0 && standing.ledgerEnd !== '0';
  });

describeWithKafka('the topic', (bootstrap) => {
  let topic: TestTopic;
  let app: TestApp | undefined;

  beforeEach(() => {
    topic = topicOn(bootstrap);
    app = undefined;
  });

  afterEach(async () => {
    await app?.stop();
  });

  it('is made where it is missing, and keeps everything', async () => {
    app = await startApp({ env: topic.env });
    await work(app.client, { executions: 1, calls: 1 });
    await published(app);
    const admin = clientOf(bootstrap).admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic.name] });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic.name }],
    });
    await admin.disconnect();
    expect(topics[0]!.partitions).toHaveLength(4);
    const settings = resources[0]!.configEntries.map((one) => [one.configName, one.configValue]);
    expect(Object.fromEntries(settings)).toMatchObject({
      ...rightSettings,
      'min.insync.replicas': '1',
      'max.message.bytes': '2097152',
    });
  });

  it.each([
    ['another number of partitions', rightSettings, 3, 'it has 3 partitions and has to have 4'],
    [
      'retention',
      { ...rightSettings, 'retention.ms': '604800000' },
      4,
      'retention.ms is 604800000',
    ],
    ['size', { ...rightSettings, 'retention.bytes': '1000000' }, 4, 'retention.bytes is 1000000'],
    [
      'compaction',
      { ...rightSettings, 'cleanup.policy': 'compact' },
      4,
      'cleanup.policy is compact',
    ],
  ])('is not used with %s, which is named', async (_, settings, partitions, fault) => {
    await topic.create(settings, partitions);
    app = await startApp({ env: topic.env });
    const running = app;
    await work(running.client, { executions: 1, calls: 1 });
    // The brokers may not be reached at first, which is another fault.
    const told = { status: 'degraded', detail: expect.stringContaining(fault) as unknown };
    await healthBecomes(running.client, '/health', {
      status: 'degraded',
      checks: { kafka: told, relay: told },
    });
    await faultIsTold(running);
    expect(running.logs.some((line) => line.includes(fault))).toBe(true);
    expect(await topic.messages()).toEqual([]);
    expect(await topic.committed()).toEqual([-1n, -1n, -1n, -1n]);
  });

  it('is named when it has lost what was sent, until the relay has filled it again', async () => {
    app = await startApp({ env: topic.env });
    const running = app;
    await work(running.client, { executions: 4, calls: 4 });
    await published(running);
    await topic.delete();
    const detail = expect.stringMatching(
      /lacks at least 20 of 2[01] events .*delete from ops.relay where topic = /,
    ) as unknown;
    const lost = { checks: { kafka: { status: 'degraded', detail } } };
    await healthBecomes(running.client, '/health', lost);
    await work(running.client, { executions: 1, calls: 0, prefix: 'after' });
    await published(running);
    await healthBecomes(running.client, '/health', lost);
    await faultIsTold(running);
    await healthBecomes(running.client, '/health/ready', { code: 200 });
    await expectExact(running.database);

    await running.database.sql(`delete from ops.relay where topic = '${topic.name}'`);
    await eventually('a topic with everything', async () => {
      const positions = (await topic.messages()).map(({ headers }) =>
        Number(headers?.['ce_position']),
      );
      return new Set(positions).size === 21;
    });
    await published(running);
    await healthBecomes(running.client, '/health', { checks: { kafka: { status: 'healthy' } } });
    await expectExact(running.database);
  });

  it('is used as soon as it is right', async () => {
    await topic.create({ ...rightSettings, 'retention.ms': '1000' });
    app = await startApp({ env: topic.env });
    const running = app;
    await work(running.client, { executions: 4, calls: 4 });
    await faultIsTold(running);
    expect(await metricOf(running, 'flowledger_relay_lag_events')).toBe(20);
    await topic.alter(rightSettings);
    await published(running);
    await expectExact(running.database);
    expect(await metricOf(running, 'flowledger_kafka_topic_fault')).toBe(0);
    expect(await metricOf(running, 'flowledger_relay_position')).toBe(20);
    await healthBecomes(running.client, '/health', { checks: healthyTopic });
  });
});

describeWithOwnBrokers('a broker that is not there', () => {
  let home: string;
  let cluster: KafkaCluster | undefined;
  let app: TestApp | undefined;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'kafka-topic-'));
    cluster = undefined;
    app = undefined;
  });

  afterEach(async () => {
    await app?.stop();
    await cluster?.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  it('does not stop the start, shows as lag, and is found when it comes', async () => {
    const [port = 0] = await freePorts(1);
    app = await startApp({ env: topicOn(`127.0.0.1:${String(port)}`).env });
    const running = app;
    await work(running.client, { executions: 5, calls: 5 });
    const fault = await eventually('the fault', async () => {
      const standing = await running.get(RelayStatus).read();
      return standing?.state === 'hindered' && standing.lagEvents === 30 && standing.fault;
    });
    expect(fault).toContain(`127.0.0.1:${String(port)}`);
    await healthBecomes(running.client, '/health', {
      status: 'degraded',
      checks: {
        kafka: { detail: expect.stringContaining('ECONNREFUSED') as unknown },
        relay: { detail: expect.stringContaining('30 events') as unknown },
      },
    });
    const log = () => undefined;
    cluster = await startKafka({ brokers: 1, home, ports: [port], env: process.env, log });
    await expectExact(running.database);
    await published(running);
    await healthBecomes(running.client, '/health', { checks: healthyTopic });
  });
});
