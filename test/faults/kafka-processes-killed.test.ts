import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import type { TestTopic } from '../harness/kafka-topic';
import { eventually } from '../harness/eventually';
import { killServers, startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import { chanceOf, seedOf } from '../harness/seed';
import { Load } from './load';
import { expectAllExact } from './verdict';

jest.setTimeout(600_000);

const key = 'service-key-of-the-fault-tests-01';
const seed = seedOf('one of two processes killed');
const rounds = 4;

interface Running {
  readonly server: ServerProcess;
  readonly url: string;
}

describeWithKafka('one of two processes killed by SIGKILL under load, over Kafka', (bootstrap) => {
  let folder: string;
  let database: TestDatabase;
  let topic: TestTopic;
  let load: Load | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kafka-processes-'));
    database = await freshDatabase();
    topic = topicOn(bootstrap);
  });

  afterEach(async () => {
    await Promise.all([load?.abandon(), killServers()]);
    await database.drop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const start = async (name: string): Promise<Running> => {
    const server = startServer({
      ...topic.env,
      DATABASE_URL: database.url,
      DATABASE_OWNER_URL: database.ownerUrl,
      FLOWLEDGER_HOME: join(folder, name),
      FLOWLEDGER_KEYS: `service:load:${key}`,
      FLOWLEDGER_ALERT_SECONDS: '3600', // an alert would come after what is counted
    });
    return { server, url: await server.ready };
  };

  it('leaves the read models exact, and everything on the topic', async () => {
    const chance = chanceOf(seed);
    let running = [await start('one'), await start('two')];
    await eventually('two in the group', async () => (await topic.members()) === 2);
    const urls = () => running.map(({ url }) => url);
    load = new Load({ seed, key, urls, clients: 8, bulkClients: 1 });
    for (let round = 0; round < rounds; round += 1) {
      await load.acknowledges(chance.between(1, 1_000));
      const killed = chance.oneOf(running);
      running = running.filter((other) => other !== killed);
      await killed.server.kill();
      await load.acknowledges(chance.between(1, 300));
      running = [...running, await start(`again-${String(round)}`)];
    }
    await load.acknowledges(300);
    await load.finish();
    await expectAllExact(database.ownerUrl, load);

    // What the topic is slow to bring, read models have from the ledger.
    await eventually('everything on the topic', async () => {
      const messages = await topic.messages();
      const positions = messages.map(({ headers }) => Number(headers?.['ce_position']));
      const [head] = await database.sql<{ position: string }>('select position from ledger.head');
      expect(new Set(positions).size).toBe(Number(head!.position));
      return true;
    });
    for (const { server } of running) {
      expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    }
  });
});
