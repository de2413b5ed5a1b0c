import { Kafka as CloudEventsKafka } from 'cloudevents';
import type { CloudEvent, KafkaMessage as CloudEventsMessage } from 'cloudevents';
import { partitionOf } from '../../src/modules/projector/partition';
import { offices } from '../../src/modules/database/election';
import { RelayStatus } from '../../src/modules/relay/relay-status';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { describeWithKafka } from '../harness/kafka-broker';
import { rightSettings, topicOn } from '../harness/kafka-topic';
import type { TestTopic, TopicMessage } from '../harness/kafka-topic';
import { work } from '../harness/work';

const header = (message: TopicMessage, name: string): string =>
  String(message.headers?.[name] ?? 'absent');

const positionOf = (message: TopicMessage): number => Number(header(message, 'ce_position'));

/** The positions on the topic without those that were there before, by partition. */
const firstOccurrences = (messages: readonly TopicMessage[]): number[][] => {
  const seen = new Set<number>();
  const byPartition: number[][] = [[], [], [], []];
  for (const message of messages) {
    const position = positionOf(message);
    if (seen.has(position)) continue;
    seen.add(position);
    byPartition[message.partition]!.push(position);
  }
  return byPartition;
};

const ascending = (numbers: readonly number[]): number[] =>
  numbers.toSorted((left, right) => left - right);

const upTo = (end: number): number[] => Array.from({ length: end }, (_, index) => index + 1);

describeWithKafka('the relay', (bootstrap) => {
  let database: TestDatabase;
  let topic: TestTopic;
  let apps: TestApp[];

  beforeEach(async () => {
    database = await freshDatabase();
    topic = topicOn(bootstrap);
    apps = [];
  });

  afterEach(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await database.drop();
  });

  const start = async (env: Readonly<Record<string, string>> = {}): Promise<TestApp> => {
    const ours = { ...topic.env, FLOWLEDGER_FEED: 'ledger', ...env };
    const app = await startApp({ database, env: ours });
    apps.push(app);
    return app;
  };

  /** The end of the ledger, once the topic has it all. */
  const published = (app: TestApp): Promise<number> =>
    eventually('the relay at the end of the ledger', async () => {
      const standing = await app.get(RelayStatus).read();
      return standing?.lagEvents === 0 && Number(standing.ledgerEnd);
    });

  /** Completes the first stage of the first execution, with a result. */
  const complete = async ({ client }: TestApp, result: string): Promise<void> => {
    const stage = { executionId: 'run-0', stage: 'discover_topics' };
    expect(await client.command('start-stage', stage)).toMatchObject({ status: 200 });
    const completion = { ...stage, result };
    expect(await client.command('complete-stage', completion)).toMatchObject({ status: 200 });
  };

  const expectAllInOrder = async (end: number): Promise<TopicMessage[]> => {
    const messages = await topic.messages();
    const first = firstOccurrences(messages);
    expect(ascending(first.flat())).toEqual(upTo(end));
    for (const positions of first) expect(positions).toEqual(ascending(positions));
    return messages;
  };

  it('publishes every event once and in order, to the partition of its stream', async () => {
    const app = await start();
    await work(app.client, { executions: 60, calls: 20 });
    const end = await published(app);
    const messages = await expectAllInOrder(end);
    expect(messages).toHaveLength(end);
    const last = ['0', '0', '0', '0'];
    for (const message of messages) {
      expect(message.partition).toBe(partitionOf(String(message.key), 4));
      expect(header(message, 'ce_previousposition')).toBe(last[message.partition]);
      last[message.partition] = header(message, 'ce_position');
    }
    const [place] = await database.sql<{ last: string[] }>('select last from ops.relay');
    expect(place!.last).toEqual(last);
    const { body } = await app.client.get<{ relay: object }>('/v1/projections');
    expect(body.relay).toEqual({
      topic: topic.env['KAFKA_TOPIC'],
      position: String(end),
      lag: { events: 0, seconds: 0 },
      state: 'publishing',
      fault: null,
    });
  });

  it('sends what the CloudEvents library reads, with the data as the ledger has it', async () => {
    const app = await start();
    await work(app.client, { executions: 3, calls: 2 });
    await published(app);
    const stored = await database.sql<Record<string, unknown> & { data: string }>(
      `select position::text, stream, version, event_id::text as id, type, schema_version, data::text, deployment_id,
        correlation_id, actor from ledger.events order by position`,
    );
    const messages = await topic.messages();
    for (const message of messages) {
      const headers = Object.fromEntries(
        Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
      );
      const { key } = message;
      const value = String(message.value);
      const read = CloudEventsKafka.toEvent({
        key: String(key),
        value: JSON.parse(value) as unknown,
        headers,
      } as unknown as CloudEventsMessage) as CloudEvent;
      expect(read.validate()).toBe(true);
      const row = stored[positionOf(message) - 1]!;
      expect(value).toBe(row.data);
      expect(read.data).toEqual(JSON.parse(row.data));
      expect(read).toMatchObject({
        specversion: '1.0',
        source: '/flowledger',
        datacontenttype: 'application/json',
        id: row['id'],
        type: row['type'],
        subject: row['stream'],
        position: row['position'],
        streamversion: String(row['version']),
        schemaversion: String(row['schema_version']),
        deploymentid: row['deployment_id'],
        correlationid: row['correlation_id'],
        actor: row['actor'],
      });
    }
    expect(messages).toHaveLength(stored.length);
  });

  it('sends again what was sent and not stored, and keeps the order of what is new', async () => {
    const app = await start();
    await work(app.client, { executions: 20, calls: 10 });
    const end = await published(app);
    // As a kill between the two leaves it.
    await database.sql(`update ops.relay set position = 0, last = '{0,0,0,0}'`);
    await work(app.client, { executions: 20, calls: 10, prefix: 'more' });
    const whole = await published(app);
    const messages = await expectAllInOrder(whole);
    expect(messages.length).toBeGreaterThanOrEqual(end + whole);
  });

  it('is one process at a time, and another when that one stops', async () => {
    const first = await start();
    const second = await start();
    await work(second.client, { executions: 10, calls: 10 });
    await published(second);
    await first.stop();
    apps = [second];
    await work(second.client, { executions: 10, calls: 10, prefix: 'more' });
    const end = await published(second);
    const messages = await expectAllInOrder(end);
    expect(messages).toHaveLength(end);
  });

  it('cannot move the place once its session is gone, and is elected anew', async () => {
    const app = await start();
    await work(app.client, { executions: 10, calls: 10 });
    const before = await published(app);
    const ended = await database.sql(
      `select pg_terminate_backend(pid) from pg_locks
       where locktype = 'advisory' and classid::bigint << 32 | objid::bigint = ${String(offices.relay)}
         and database = (select oid from pg_database where datname = current_database())`,
    );
    expect(ended).toHaveLength(1);
    await work(app.client, { executions: 10, calls: 10, prefix: 'more' });
    const end = await published(app);
    expect(end).toBe(2 * before);
    await expectAllInOrder(end);
  });

  it('makes smaller sends where the topic takes no larger ones', async () => {
    await topic.create({ ...rightSettings, 'max.message.bytes': '4000' });
    const app = await start();
    await work(app.client, { executions: 2, calls: 100 });
    await expectAllInOrder(await published(app));
  });

  it('publishes an event as large as a request may be', async () => {
    const app = await start();
    await work(app.client, { executions: 1, calls: 1 });
    const result = 'x'.repeat(1_000_000);
    await complete(app, result);
    const messages = await expectAllInOrder(await published(app));
    const largest = messages.find((message) => header(message, 'ce_type') === 'StageCompleted');
    expect(JSON.parse(String(largest!.value))).toMatchObject({ result });
  });

  it('names an event that is too large for the topic, and goes on once it is not', async () => {
    await topic.create({ ...rightSettings, 'max.message.bytes': '4000' });
    const app = await start();
    await work(app.client, { executions: 1, calls: 1 });
    await complete(app, 'x'.repeat(10_000));
    await eventually('the fault', async () => {
      const standing = await app.get(RelayStatus).read();
      expect(standing).toMatchObject({
        state: 'hindered',
        fault: expect.stringMatching(/exceeds the topic's max.message.bytes/),
      });
      return true;
    });
    await topic.alter({ ...rightSettings, 'max.message.bytes': '20000' });
    await expectAllInOrder(await published(app));
  });
});
