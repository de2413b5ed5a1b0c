import { RelayStatus } from '../../src/modules/relay/relay-status';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { describeWithKafka } from '../harness/kafka-broker';
import { clientOf, topicOn } from '../harness/kafka-topic';
import type { TestTopic, TopicMessage } from '../harness/kafka-topic';
import { seedOf } from '../harness/seed';
import { work } from '../harness/work';
import { proofOf, recordHistory } from './proof-history';

const seed = seedOf('proof of the topic');

describeWithKafka('the proof of the topic', (bootstrap) => {
  let topic: TestTopic;
  let app: TestApp;
  let end: number;
  let published: readonly TopicMessage[];

  const positionOf = ({ headers }: TopicMessage): number =>
    Number(String(headers?.['ce_position']));

  const level = (one: TestApp): Promise<number> =>
    eventually('all of the ledger on the topic', async () => {
      const standing = await one.get(RelayStatus).read();
      return standing?.lagEvents === 0 && Number(standing.position);
    });

  beforeAll(async () => {
    topic = topicOn(bootstrap);
    app = await startApp({ env: topic.env });
    await work(app.client, { executions: 12, calls: 4 });
    await recordHistory(app, seed, 2);
    end = await level(app);
    published = await topic.messages();
  });

  afterAll(() => app.stop());

  /**
   * Another topic with these messages in place of what the relay published, as the settings of the
   * server name it meanwhile: the relay is taken for having published it.
   */
  const proofWith = async (messages: readonly TopicMessage[]) => {
    const other = topicOn(bootstrap);
    await other.create();
    const producer = clientOf(bootstrap).producer();
    await producer.connect();
    for (const { partition, key, value, headers = {} } of messages) {
      await producer.send({
        topic: other.name,
        messages: [{ partition, key, value, headers }],
      });
    }
    await producer.disconnect();
    await app.database.sql(
      `insert into ops.relay (topic, position, last) select $1, position, last from ops.relay where topic = $2`,
      [other.name, topic.name],
    );
    const ours = await startApp({
      database: app.database,
      env: { ...other.env, FLOWLEDGER_PARTS: 'api' },
    });
    try {
      const { kafka } = await proofOf(ours, '?skip=projections');
      return kafka!;
    } finally {
      await ours.stop();
      await other.delete();
    }
  };

  test('all of the ledger is there', async () => {
    const proof = await eventually('the read models at the end', async () => {
      const found = await proofOf(app);
      return found.projections.every(({ position }) => Number(position) === end) && found;
    });
    expect(proof.kafka).toEqual({
      holds: true,
      topic: topic.name,
      after: '0',
      position: String(end),
      messages: end,
      resent: 0,
      foreign: 0,
      faultCount: 0,
      faults: [],
    });
    expect(proof.holds).toBe(true);
  });

  test('it is proven from a position on', async () => {
    const { ledger, kafka } = await proofOf(app, `?since=${String(end)}&skip=projections`);
    expect(kafka).toMatchObject({ holds: true, after: ledger.after });
  });

  test('what is sent again, and what others send, is no fault', async () => {
    const [first] = published;
    const foreign = { partition: 0, key: Buffer.from('x'), value: Buffer.from('y'), headers: {} };
    const again = published.filter(({ partition }) => partition === first!.partition);
    const proof = await proofWith([...published, ...again, foreign as unknown as TopicMessage]);
    expect(proof).toMatchObject({ holds: true, resent: again.length, foreign: 1, faults: [] });
  });

  test('a message that was dropped is named', async () => {
    const dropped = published[Math.floor(published.length / 2)]!;
    const proof = await proofWith(published.filter((message) => message !== dropped));
    expect(proof.faults).toMatchObject([
      { kind: 'missing', position: String(positionOf(dropped)), partition: null },
    ]);
    expect(proof.holds).toBe(false);
  });

  test('a message that was altered, and two out of order, are named', async () => {
    const own = published.filter(({ partition }) => partition === published[0]!.partition);
    const [, second, third] = own;
    const altered = own.at(-1)!;
    const messages = published.map((message): TopicMessage => {
      if (message === second) return third!;
      if (message === third) return second!;
      return message === altered ? { ...message, value: Buffer.from('{}') } : message;
    });
    const { faults } = await proofWith(messages);
    const told = faults.map(({ kind, position }) => [kind, Number(position)]);
    expect(told).toContainEqual(['order', positionOf(second!)]);
    expect(told).toContainEqual(['altered', positionOf(altered)]);
  });

  test('a topic whose beginning was deleted misses it', async () => {
    const other = published.filter((message) => positionOf(message) > 10);
    const { faults } = await proofWith(other);
    expect(faults).toMatchObject([
      { kind: 'missing', position: '1', detail: 'events 1 to 10 are not on the topic' },
    ]);
  });

  test('a topic that is not there is a fault, not a failure', async () => {
    const gone = topicOn(bootstrap);
    const ours = await startApp({
      database: app.database,
      env: { ...gone.env, FLOWLEDGER_PARTS: 'api' },
    });
    try {
      const { holds, kafka } = await proofOf(ours, '?skip=projections');
      expect({ holds, kafka }).toMatchObject({
        holds: false,
        kafka: { faults: [{ kind: 'unreadable' }] },
      });
    } finally {
      await ours.stop();
    }
  });

  test('everything is sent again, as the runbook says, and holds', async () => {
    const database = await freshDatabase();
    const own = topicOn(bootstrap);
    const first = await startApp({ database, env: own.env });
    await work(first.client, { executions: 10, calls: 3 });
    const last = await level(first);
    await first.stop();
    await database.sql(
      `update ops.relay set position = 0, last = array_fill(0::bigint, array[cardinality(last)]) where topic = $1`,
      [own.name],
    );
    const again = await startApp({ database, env: own.env });
    await level(again);
    const { kafka } = await proofOf(again, '?skip=projections');
    expect(kafka).toMatchObject({ holds: true, messages: 2 * last, resent: last });
    await again.stop();
    await database.drop();
  });
});
