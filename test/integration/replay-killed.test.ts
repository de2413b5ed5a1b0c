import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReplayProgress } from '../../src/modules/replay/replay.schemas';
import { clientOf } from '../harness/client';
import type { Client } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import type { TestTopic } from '../harness/kafka-topic';
import { killServers, startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import { work } from '../harness/work';

jest.setTimeout(300_000); // four starts, and each waits for as long as it has to

const key = 'operator-key-of-replay-tests-01';
const patience = { every: 20 };

describeWithKafka('a replay whose process is killed by SIGKILL', (bootstrap) => {
  let folder: string;
  let database: TestDatabase;
  let live: TestTopic;
  let target: TestTopic;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'replay-killed-'));
    database = await freshDatabase();
    live = topicOn(bootstrap);
    target = topicOn(bootstrap);
  });

  afterEach(async () => {
    await killServers();
    await database.drop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const serve = async (): Promise<{ server: ServerProcess; client: Client }> => {
    const server = startServer({
      ...live.env,
      DATABASE_URL: database.url,
      DATABASE_OWNER_URL: database.ownerUrl,
      FLOWLEDGER_HOME: folder,
      FLOWLEDGER_KEYS: `operator:tests:${key}`,
    });
    return { server, client: clientOf(await server.ready, key) };
  };

  it('goes on from its place: everything is there, in order, and only the last send twice', async () => {
    let { server, client } = await serve();
    await work(client, { executions: 30, calls: 49 }); // 1,500 events behind those of the price book
    const [head] = await database.sql<{ position: string }>('select position from ledger.head');
    const end = Number(head!.position);
    const request = { topic: target.name, replayId: 'copy', maxEventsPerSecond: 600 };
    expect((await client.command('start-replay', request)).status).toBe(200);
    const progress = async (): Promise<ReplayProgress> =>
      (await client.get<ReplayProgress>('/v1/replays/copy')).body;
    for (const share of [0.2, 0.5, 0.8]) {
      const reached = async (): Promise<boolean> => (await progress()).done >= share * end;
      await eventually(`${String(share)} of it`, reached, patience);
      await server.kill();
      ({ server, client } = await serve());
    }
    const done = await eventually(
      'its end',
      async () => {
        const found = await progress();
        return found.state === 'completed' && found;
      },
      patience,
    );
    expect(done).toMatchObject({ done: end, total: end, toPosition: String(end) });

    const highest = [0, 0, 0, 0];
    const seen = new Set<number>();
    let twice = 0;
    for (const { partition, headers } of await target.messages()) {
      expect(String(headers?.['ce_flowledgerreplay'])).toBe('copy');
      const position = Number(headers?.['ce_position']);
      if (seen.has(position)) {
        twice += 1;
        continue;
      }
      expect(position).toBeGreaterThan(highest[partition]!);
      highest[partition] = position;
      seen.add(position);
    }
    expect(seen.size).toBe(end);
    expect(twice).toBeLessThanOrEqual(3 * 150); // one send, a quarter of a second's, for each kill
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
