import { RelayStatus } from '../../src/modules/relay/relay-status';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import type { TestTopic } from '../harness/kafka-topic';
import { expectExact } from '../harness/read-models';
import { work } from '../harness/work';

describeWithKafka('the live topic, lost', (bootstrap) => {
  let topic: TestTopic;
  let app: TestApp;

  const published = async (): Promise<number> =>
    eventually('the relay at the end of the ledger', async () => {
      const standing = await app.get(RelayStatus).read();
      return standing?.lagEvents === 0 && standing.fault === null && Number(standing.ledgerEnd);
    });

  let database: TestDatabase;

  beforeEach(async () => {
    topic = topicOn(bootstrap);
    database = await freshDatabase();
    app = await startApp({ database, env: topic.env });
    await work(app.client, { executions: 20, calls: 9 });
    await published();
    await expectExact(database);
  });

  afterEach(async () => {
    await app.stop();
    await database.drop();
  });

  const positions = async (): Promise<number[]> => {
    const all = (await topic.messages()).map(({ headers }) => Number(headers?.['ce_position']));
    return [...new Set(all)].sort((left, right) => left - right);
  };

  /** Resolves when nothing can be sent to what was there before; by then it may have been made anew. */
  const lose = async (): Promise<void> => {
    await topic.delete();
    const isLost = async () => !(await topic.isThere()) || (await topic.isEmpty());
    await eventually('the topic is lost', isLost);
  };

  const upTo = (end: number): number[] => Array.from({ length: end }, (_, index) => index + 1);

  it('is filled again from the ledger after a restart, and the read models carry on exactly', async () => {
    await app.stop();
    await lose();
    await database.sql('delete from ops.relay where topic = $1', [topic.name]); // as the runbook says
    app = await startApp({ database, env: topic.env });
    await work(app.client, { executions: 20, calls: 9, prefix: 'more' });
    const end = await published();
    expect(await positions()).toEqual(upTo(end));
    await expectExact(database);
  });

  it('is filled again while everything runs, from the next event on', async () => {
    await lose();
    await database.sql('delete from ops.relay where topic = $1', [topic.name]);
    await work(app.client, { executions: 20, calls: 9, prefix: 'more' });
    await eventually(
      'all of it on the topic',
      async () => (await positions()).length === (await published()),
    );
    await expectExact(database);
  });
});
