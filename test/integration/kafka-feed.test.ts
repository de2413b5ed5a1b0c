import { Client } from 'pg';
import { sum, text } from '../../src/projections/columns';
import { projections } from '../../src/projections';
import { totals } from '../../src/projections/projection';
import type { Projection } from '../../src/projections/projection';
import { roiTotals } from '../../src/projections/roi-totals/roi-totals.projection';
import { PROJECTIONS } from '../../src/modules/projector/projections.token';
import { Standings } from '../../src/modules/projector/standing';
import type { Standing } from '../../src/modules/projector/standing';
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
import { generationsOf } from '../harness/rebuilds';
import { expectExact } from '../harness/read-models';
import { work } from '../harness/work';

/** A projection besides the others, which cannot apply a call of a model that is out of favour. */
class Moody {
  disliked: string | null = null;

  readonly projection = totals({
    name: 'moody',
    version: 1,
    summary: 'Calls',
    key: { agent: text() },
    measures: { calls: sum() },
    contributes: {
      LlmCallRecorded: ({ data }) => {
        if (data.model === this.disliked) throw new Error(`not ${data.model}`);
        return [{ key: { agent: data.agent }, add: { calls: 1n } }];
      },
    },
    time: 'agent',
    sort: 'agent',
    present: (row) => ({ ...row }),
    presented: {},
  });
}

describeWithKafka('read models fed by Kafka', (bootstrap) => {
  let database: TestDatabase;
  let topic: TestTopic;
  let apps: TestApp[];

  beforeEach(async () => {
    database = await freshDatabase();
    topic = topicOn(bootstrap);
    apps = [];
  });

  afterEach(async () => {
    await stopAll();
    await database.drop();
  });

  const stopAll = async (): Promise<void> => {
    const running = apps;
    apps = [];
    await Promise.all(running.map((app) => app.stop()));
  };

  const start = async (
    env: Readonly<Record<string, string>> = {},
    projections?: readonly Projection[],
  ): Promise<TestApp> => {
    const providers = new Map(projections === undefined ? [] : [[PROJECTIONS, projections]]);
    const app = await startApp({ database, env: { ...topic.env, ...env }, providers });
    apps.push(app);
    return app;
  };

  /** Records, and publishes, without anyone who reads the topic. */
  const recordOnly = async (prefix: string, executions = 20, calls = 10): Promise<void> => {
    const app = await start({ FLOWLEDGER_PARTS: 'api,relay' });
    await work(app.client, { executions, calls, prefix });
    await published(app);
    await stopAll();
  };

  const published = (app: TestApp): Promise<true> =>
    eventually('the relay at the end of the ledger', async () => {
      const standing = await app.get(RelayStatus).read();
      return standing?.lagEvents === 0;
    });

  const standingOf = async (app: TestApp, projection: string): Promise<Standing> => {
    const standings = await app.get(Standings).all();
    return standings.find((one) => one.projection === projection)!;
  };

  it('are exact, and the group says how far it is', async () => {
    const app = await start();
    await work(app.client, { executions: 100, calls: 30 });
    await expectExact(database);
    await published(app); // where the topic is slow, read models are fed from the ledger
    const messages = await topic.messages();
    const ends = [0, 1, 2, 3].map((partition) =>
      BigInt(messages.filter((message) => message.partition === partition).length),
    );
    await eventually('the offsets', async () => {
      const committed = await topic.committed();
      return committed.every((offset, partition) => offset === ends[partition]);
    });
  });

  it('are exact when everything is on the topic twice', async () => {
    await recordOnly('one');
    await database.sql(`delete from ops.relay`);
    await recordOnly('two');
    expect((await topic.messages()).length).toBe(220 + 440);
    await start();
    await expectExact(database);
  });

  it('are exact when the topic is lost before it was read, and made again', async () => {
    await recordOnly('lost');
    await topic.delete();
    await eventually('nobody knows it', async () => !(await topic.isThere()));
    await recordOnly('kept');
    expect(await topic.messages()).toHaveLength(220);
    await start();
    await expectExact(database);
  });

  it('are exact when the topic is lost while it is read', async () => {
    const app = await start();
    await work(app.client, { executions: 20, calls: 10 });
    await expectExact(database);
    await topic.delete();
    await work(app.client, { executions: 20, calls: 10, prefix: 'after' });
    await published(app);
    await expectExact(database);
    expect((await topic.messages()).length).toBeGreaterThanOrEqual(220);
  });

  it('are exact when the group says that more was read than was', async () => {
    await recordOnly('passed');
    await topic.commit();
    await start();
    await expectExact(database);
  });

  it('are exact when others write to the topic', async () => {
    await recordOnly('one');
    await topic.send([0, 1, 2, 3].map((partition) => ({ partition, value: 'not { an event' })));
    await recordOnly('two');
    await start();
    await expectExact(database);
  });

  it('are exact after moving from the ledger to Kafka and back, again and again', async () => {
    for (const feed of ['ledger', 'kafka', 'ledger', 'kafka']) {
      const app = await start({ FLOWLEDGER_FEED: feed });
      await work(app.client, {
        executions: 10,
        calls: 10,
        prefix: `${feed}-${String(apps.length)}-${String(Date.now())}`,
      });
      await expectExact(database);
      await stopAll();
    }
  });

  const cutSql = `
    select pg_terminate_backend(pid) from pg_locks
    where not granted and relation = $1::regclass
      and database = (select oid from pg_database where datname = current_database())`;

  /** Lets nobody write to a table while `work` goes on, and cuts so many connections that would. */
  const cutAt = async (table: string, count: number, work: () => Promise<unknown>) => {
    const holder = new Client({ connectionString: database.ownerUrl });
    await holder.connect();
    let working: Promise<unknown>;
    try {
      await holder.query(`begin; lock table ${table} in exclusive mode`);
      working = work();
      let cut = 0;
      await eventually(`${String(count)} connections cut`, async () => {
        cut += (await database.sql(cutSql, [table])).length;
        return cut >= count;
      });
    } finally {
      await holder.end();
    }
    await working;
  };

  const tableOfLive = async (projection: string): Promise<string> => {
    const [live] = await generationsOf(database, projection);
    return `${live!.id}.${projection.replaceAll('-', '_')}`;
  };

  it('are exact when every connection to the database is cut', async () => {
    const app = await start();
    await work(app.client, { executions: 1, calls: 1 });
    await expectExact(database);
    // Before anything of a transaction is written, and when some of it is.
    const tables = [
      'ops.ledger_checkpoints',
      await tableOfLive('execution-status'),
      await tableOfLive('roi-totals'),
    ];
    for (const [index, table] of tables.entries()) {
      const prefix = `cut-${String(index)}`;
      await cutAt(table, 1, () => work(app.client, { executions: 20, calls: 20, prefix }));
    }
    await expectExact(database);
  });

  it('are exact when so much waits that it is applied in lots beside each other, and connections are cut', async () => {
    const app = await start();
    await work(app.client, { executions: 1, calls: 1 });
    await expectExact(database); // the tables are there
    await stopAll();
    await recordOnly('backlog', 100, 40);
    await cutAt(await tableOfLive('roi-totals'), 3, start);
    await expectExact(database);
  });

  it('are shared by two processes, and exact', async () => {
    const first = await start();
    const second = await start();
    await eventually('both in the group', async () => (await topic.members()) === 2);
    await work(second.client, { executions: 100, calls: 10 });
    await expectExact(database);
    await first.stop();
    apps = [second];
    await work(second.client, { executions: 50, calls: 10, prefix: 'after' });
    await expectExact(database);
  });

  it('answer for a position that only one of their partitions has seen', async () => {
    const app = await start();
    await work(app.client, { executions: 1, calls: 3 });
    // Until topic and group are there, it may take longer than a read waits.
    await expectExact(database);
    for (const projection of ['execution-status', 'roi-totals']) {
      const path = `/v1/projections/${projection}?minPosition=4`;
      const { status, body } = await app.client.get(path);
      expect([status, body['position']]).toEqual([200, '4']);
    }
    const { position } = await standingOf(app, 'execution-status');
    expect(position).toBe('4');
  });

  it('park what they cannot apply, and apply it when they are told to', async () => {
    const moody = new Moody();
    const app = await start({}, [...projections, moody.projection]);
    await work(app.client, { executions: 20, calls: 5 });
    await expectExact(database);
    moody.disliked = 'gpt-4o';
    await work(app.client, { executions: 20, calls: 5, prefix: 'after' });
    await expectExact(database);
    const level = (): Promise<Standing> =>
      eventually('moody at the end of the ledger', async () => {
        const standing = await standingOf(app, 'moody');
        return standing.lagEvents === 0 && standing;
      });
    const { fault } = await level();
    expect(fault).toMatchObject({ type: 'LlmCallRecorded' });
    expect(fault!.cause).toContain('not gpt-4o');
    const detail = expect.stringContaining('not gpt-4o') as unknown;
    await healthBecomes(app.client, '/health', { checks: { 'projection:moody': { detail } } });
    await work(app.client, { executions: 20, calls: 5, prefix: 'meanwhile' });
    await expectExact(database);
    await level(); // or a stream is parked after those that are were listed
    moody.disliked = null;
    const parked = await app.client.get<{ rows: { stream: string }[] }>(
      '/v1/projections/parked-streams?limit=1000',
    );
    expect(parked.body.rows.length).toBeGreaterThan(1);
    const retries = parked.body.rows.map(({ stream }) =>
      app.client.command(
        'retry-parked',
        { projection: 'moody', stream },
        { key: app.keys.operator },
      ),
    );
    for (const { status } of await Promise.all(retries)) expect(status).toBe(200);
    await eventually('all of it is applied', async () => {
      const standing = await standingOf(app, 'moody');
      return standing.fault === null && standing.lagEvents === 0;
    });
    const rows = await database.sql('select agent, calls from read.moody order by agent');
    expect(rows).toEqual([
      { agent: 'research', calls: '120' },
      { agent: 'writer', calls: '180' },
    ]);
  });

  it('are built in a new version beside the old, which goes live when it is level', async () => {
    const first = await start();
    await work(first.client, { executions: 50, calls: 10 });
    await expectExact(database);
    await stopAll();
    const newer = { ...roiTotals, version: 2 };
    const second = await start(
      {},
      projections.map((one) => (one === roiTotals ? newer : one)),
    );
    await work(second.client, { executions: 50, calls: 10, prefix: 'after' });
    await eventually('the new version live', async () => {
      const standing = await standingOf(second, 'roi-totals');
      return standing.version === 2;
    });
    await expectExact(database);
  });
});
