import { RelayStatus } from '../../src/modules/relay/relay-status';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { healthBecomes } from '../harness/health';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import type { TestTopic } from '../harness/kafka-topic';
import { atDatabase, query } from '../harness/postgres';
import { expectExact } from '../harness/read-models';
import { work } from '../harness/work';
import { proofOf } from './proof-history';

const nameOf = ({ ownerUrl }: TestDatabase): string => new URL(ownerUrl).pathname.slice(1);

/** Puts another database in the place of one that is in use. */
const replace = async (database: TestDatabase, other: TestDatabase): Promise<void> => {
  const admin = atDatabase(database.ownerUrl, 'postgres');
  const name = nameOf(database);
  await query(admin, `alter database ${name} allow_connections false`);
  await query(admin, `drop database ${name} with (force)`);
  await query(admin, `alter database ${nameOf(other)} rename to ${name}`);
};

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

  it('is ahead of a ledger restored from a backup, and takes nothing until it is deleted', async () => {
    await app.stop();
    const backup = await freshDatabase(database);
    app = await startApp({ database, env: topic.env });
    await work(app.client, { executions: 6, calls: 2, prefix: 'lost' });
    const lost = await published();
    await app.stop();
    await database.drop();
    database = backup;
    const sent = (await topic.messages()).length;
    app = await startApp({ database, env: topic.env });
    const detail = expect.stringMatching(/ has another event \d+ than the ledger, which ends at /);
    const told = { status: 'degraded', detail: detail as unknown };
    await healthBecomes(app.client, '/health', { checks: { kafka: told, relay: told } });
    await work(app.client, { executions: 6, calls: 4, prefix: 'other' }); // more than was lost

    await database.sql('delete from ops.relay where topic = $1', [topic.name]); // as the runbook says
    await eventually('the relay waits still', async () => {
      const standing = await app.get(RelayStatus).read();
      return standing?.position === '0' && / has another event /.test(standing.fault ?? '');
    });
    expect(await topic.messages()).toHaveLength(sent);

    await topic.delete();
    const end = await published();
    expect(end).toBeGreaterThan(lost);
    await expectExact(database);
    const { projections, kafka } = await proofOf(app);
    expect(projections.every(({ holds }) => holds)).toBe(true);
    expect(kafka).toMatchObject({ holds: true, messages: end, resent: 0, foreign: 0 });
    await healthBecomes(app.client, '/health', { checks: { kafka: { status: 'healthy' } } });
  });

  it('is ahead of a ledger put back under a server that runs, which sends nothing more', async () => {
    await app.stop();
    const backup = await freshDatabase(database);
    app = await startApp({ database, env: topic.env });
    await work(app.client, { executions: 6, calls: 2, prefix: 'lost' });
    await published();
    const sent = (await topic.messages()).length;
    await replace(database, backup);
    await eventually('commands go on', async () => {
      await work(app.client, { executions: 6, calls: 4, prefix: 'other' });
      return true;
    });
    const told = { detail: expect.stringContaining(' has another event ') as unknown };
    await healthBecomes(app.client, '/health', { checks: { kafka: told, relay: told } });
    expect(await topic.messages()).toHaveLength(sent);
  });

  it('is not taken for ahead where a relay was killed, nor for what others send', async () => {
    const [place] = await database.sql<object>('select position, last from ops.relay');
    await work(app.client, { executions: 6, calls: 2, prefix: 'unrecorded' });
    await published();
    await app.stop();
    await database.sql(
      'update ops.relay set (position, last) = (select position, last from jsonb_populate_record(null::ops.relay, $1))',
      [place],
    );
    await topic.send([{ partition: 1, value: 'none of ours' }]);
    const carryOn = async (prefix: string): Promise<void> => {
      app = await startApp({ database, env: topic.env });
      await work(app.client, { executions: 6, calls: 2, prefix });
      const end = await published();
      const { kafka } = await proofOf(app, '?skip=projections');
      expect(kafka).toMatchObject({ holds: true, position: String(end), resent: 18, foreign: 1 });
      await healthBecomes(app.client, '/health', { checks: { kafka: { status: 'healthy' } } });
      expect(app.logs.filter((line) => / ahead | another event /.test(line))).toEqual([]);
    };
    await carryOn('takeover');
    await app.stop();
    await carryOn('restart');
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
