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
import { describeWithKafka, describeWithOwnBrokers } from '../harness/kafka-broker';
import { clientOf, rightSettings, topicOn } from '../harness/kafka-topic';
import type { TestTopic } from '../harness/kafka-topic';
import { expectExact } from '../harness/read-models';
import { work } from '../harness/work';

interface Health {
  readonly status: string;
  readonly checks: Readonly<Record<string, { status: string; detail?: string }>>;
}

const healthOf = async ({ client }: TestApp): Promise<Health> =>
  (await client.get<Health>('/health', { key: null })).body;

/** The calls recorded here have no price, which is another matter. */
const healthyTopic = { kafka: { status: 'healthy' }, relay: { status: 'healthy' } };

const metricOf = async ({ client }: TestApp, name: string): Promise<number> => {
  const { body } = await client.get<string>('/metrics', { key: null });
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1]);
};

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
    const health = await eventually('the fault in health', async () => {
      const found = await healthOf(running);
      const details = ['kafka', 'relay'].map((name) => found.checks[name]?.detail ?? '');
      if (details.every((detail) => detail.includes(fault))) return found;
      throw new Error(JSON.stringify(found.checks));
    });
    expect(health).toMatchObject({
      ...{ status: 'degraded' },
      checks: { kafka: { status: 'degraded' }, relay: { status: 'degraded' } },
    });
    expect(await metricOf(running, 'flowledger_kafka_topic_fault')).toBe(1);
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
    const loss = /lacks at least 20 of 2[01] events .*delete from ops.relay where topic = /;
    const lost = (events: string): Promise<true> =>
      eventually(`the loss in health after ${events}`, async () => {
        const { checks } = await healthOf(running);
        return checks['kafka']?.status === 'degraded' && loss.test(checks['kafka'].detail ?? '');
      });
    await lost('nothing more');
    await work(running.client, { executions: 1, calls: 0, prefix: 'after' });
    await published(running);
    await lost('one more');
    expect(await metricOf(running, 'flowledger_kafka_topic_fault')).toBe(1);
    expect((await running.client.get('/health/ready', { key: null })).status).toBe(200);
    await expectExact(running.database);

    await running.database.sql(`delete from ops.relay where topic = '${topic.name}'`);
    await eventually('a topic with everything', async () => {
      const positions = (await topic.messages()).map(({ headers }) =>
        Number(headers?.['ce_position']),
      );
      return new Set(positions).size === 21;
    });
    await published(running);
    await eventually(
      'health without it',
      async () => (await healthOf(running)).checks['kafka']?.status === 'healthy',
    );
    await expectExact(running.database);
  });

  it('is used as soon as it is right', async () => {
    await topic.create({ ...rightSettings, 'retention.ms': '1000' });
    app = await startApp({ env: topic.env });
    const running = app;
    await work(running.client, { executions: 4, calls: 4 });
    await eventually(
      'the fault',
      async () => (await metricOf(running, 'flowledger_kafka_topic_fault')) === 1,
    );
    expect(await metricOf(running, 'flowledger_relay_lag_events')).toBe(20);
    await topic.alter(rightSettings);
    await published(running);
    await expectExact(running.database);
    expect(await metricOf(running, 'flowledger_kafka_topic_fault')).toBe(0);
    expect(await metricOf(running, 'flowledger_relay_position')).toBe(20);
    expect((await healthOf(running)).checks).toMatchObject(healthyTopic);
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
    const { status, checks } = await healthOf(running);
    expect(status).toBe('degraded');
    expect(checks['kafka']!.detail).toContain('ECONNREFUSED');
    expect(checks['relay']!.detail).toContain('30 events');
    const log = () => undefined;
    cluster = await startKafka({ brokers: 1, home, ports: [port], env: process.env, log });
    await expectExact(running.database);
    await published(running);
    expect((await healthOf(running)).checks).toMatchObject(healthyTopic);
  });
});
