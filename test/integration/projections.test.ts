import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import type { StoredEvent } from '../../src/events/event-metadata';
import { connectPool } from '../../src/modules/database/clients';
import { LedgerReader } from '../../src/modules/ledger/ledger-reader';
import { GenerationRunner } from '../../src/modules/projector/generation-runner';
import { Generations } from '../../src/modules/projector/generations';
import { partitionOf } from '../../src/modules/projector/partition';
import { Standings } from '../../src/modules/projector/standing';
import type { Standing } from '../../src/modules/projector/standing';
import { projections } from '../../src/projections';
import { startApp } from '../harness/app';
import type { AppOptions, TestApp } from '../harness/app';
import type { Client } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { inBatches } from '../harness/histories';
import { positionOf } from '../harness/ledger-proof';
import { expectExact } from '../harness/read-models';
import { histories, record } from '../harness/recorded-histories';
import { chanceOf, seedOf } from '../harness/seed';

const seed = seedOf('projections');

let database: TestDatabase;
let apps: TestApp[];
beforeEach(async () => {
  database = await freshDatabase();
  apps = [];
});
afterEach(async () => {
  for (const app of apps) await app.stop();
  await database.drop();
});

const start = async (options: AppOptions = {}): Promise<TestApp> => {
  const app = await startApp({ database, ...options });
  apps.push(app);
  return app;
};

const stopAll = async (): Promise<void> => {
  for (const app of apps.splice(0)) await app.stop();
};

const standingOf = async (app: TestApp, name: string): Promise<Standing> => {
  const standing = (await app.get(Standings).all()).find(({ projection }) => projection === name);
  if (standing === undefined) throw new Error(`there is no ${name}`);
  return standing;
};

const reaches = async (app: TestApp, name: string, position: number): Promise<Standing> =>
  eventually(`${name} at ${position}`, async () => {
    const standing = await standingOf(app, name);
    return Number(standing.position) >= position && standing;
  });

const run = async (client: Client, executionId: string): Promise<void> => {
  expect(await client.command('start-execution', { executionId })).toMatchObject({ status: 200 });
  expect(
    await client.command('record-llm-call', {
      executionId,
      agent: 'writer',
      model: 'gpt-4o',
      inputTokens: 1_000,
      outputTokens: 500,
      durationSeconds: 2.5,
      costUsd: 0.0075,
    }),
  ).toMatchObject({ status: 200 });
};

/** An event as an owner, or other code than this, may have put it behind all others. */
const insertEvent = async (event: {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
}): Promise<number> => {
  const [row] = await database.sql<{ position: string }>(
    `with head as (
       update ledger.head set position = position + 1 returning position
     )
     insert into ledger.events (position, stream, version, event_id, type, schema_version, data, deployment_id,
       correlation_id, actor, occurred_at, recorded_at, digest)
     select position, $1, $2, $3, $4, $5, $6::json, 'd0', 'c', 'owner', '2026-01-08T22:32:15.550791Z', now(), ''
     from head returning position::text`,
    [
      event.stream,
      event.version,
      uuid(),
      event.type,
      event.schemaVersion,
      JSON.stringify(event.data),
    ],
  );
  return Number(row?.position);
};

describe('an event that this code cannot read', () => {
  test.each([
    [
      'of an unknown type',
      { type: 'ExecutionExploded', schemaVersion: 1, data: {} },
      /unknown type/,
    ],
    [
      'of a newer version',
      { type: 'ExecutionPaused', schemaVersion: 2, data: { reason: null, mood: 'fine' } },
      /knows up to version 1/,
    ],
    [
      'that is not what its version says',
      { type: 'LlmCallRecorded', schemaVersion: 1, data: {} },
      /LlmCallRecorded v1/,
    ],
  ])(
    '%s is parked by every projection it may concern; everything else goes on',
    async (_what, event, cause) => {
      const app = await start();
      await run(app.client, 'one');
      const position = await insertEvent({ stream: 'execution-one', version: 3, ...event });
      await run(app.client, 'two');
      const end = await positionOf(database);
      for (const { name } of projections) await reaches(app, name, end);
      const standing = await standingOf(app, 'execution-status');
      expect(standing).toMatchObject({
        parkedStreams: 1,
        parkedEvents: 1,
        fault: { position: String(position), stream: 'execution-one', type: event.type },
      });
      expect(standing.fault?.cause).toMatch(cause);
      const counts = await standingOf(app, 'roi-totals');
      expect(counts.parkedEvents).toBe(event.type === 'ExecutionPaused' ? 0 : 1);
      expect(
        await database.sql('select execution_id as id from read.execution_status order by 1'),
      ).toEqual([{ id: 'one' }, { id: 'two' }]);
      const other = await app.client.command('cancel-execution', { executionId: 'two' });
      expect(other.status).toBe(200);
      await stopAll();
      const fresh = await start();
      const own = await fresh.client.command('cancel-execution', { executionId: 'one' });
      // What cannot be read is not decided on.
      expect(own).toMatchObject({ status: 500, body: { code: 'internal' } });
    },
  );
});

test('a model call that was stored in its first version counts with the others', async () => {
  const app = await start();
  await run(app.client, 'one');
  const fixture = readFileSync(
    join(__dirname, '../fixtures/events/LlmCallRecorded.v1.json'),
    'utf8',
  );
  const { type, schemaVersion, data } = JSON.parse(fixture) as StoredEvent;
  const position = await insertEvent({
    stream: 'execution-one',
    version: 3,
    type,
    schemaVersion,
    data,
  });
  const { body } = await app.client.command('heartbeat-execution', { executionId: 'one' });
  expect(body.version).toBe(4);
  for (const { name } of projections) await reaches(app, name, Number(body.position));

  expect(
    await database.sql(
      `select agent, model, day::text, deployment, calls::int, input_tokens::int, cached_input_tokens::int, cost_nano_usd::text as cost
       from read.roi_totals order by model`,
    ),
  ).toEqual([
    expect.objectContaining({ model: 'gpt-4o', calls: 1, cost: '7500000' }),
    {
      agent: 'writer',
      model: 'gpt-4o-2024-11-20',
      day: '2026-01-08',
      deployment: 'd0',
      calls: 1,
      input_tokens: 5_120,
      cached_input_tokens: 0,
      cost: '31140000',
    },
  ]);
  const row = await app.client.get('/v1/projections/execution-status/one');
  expect(row.body).toMatchObject({ row: { calls: 2, costNanoUsd: '38640000' } });
  const told = await app.client.get(`/v1/events/${String(position)}`);
  expect(told.body).toMatchObject({ type, schemaVersion, data }); // told as it was stored
});

describe('whatever happened, and however it is cut', () => {
  test('the read models are what the ledger folds to, followed live', async () => {
    const app = await start();
    const all = histories(12, seed);
    for (const [index, events] of all.entries()) await record(app, events, String(index));
    await expectExact(database);
  });

  test('the read models are the same, read afterwards in one go', async () => {
    const api = await start({ env: { FLOWLEDGER_PARTS: 'api' } });
    for (const [index, events] of histories(12, seed).entries())
      await record(api, events, String(index));
    await stopAll();
    await start();
    await expectExact(database);
  });

  test('the read models are the same in any batches, delivered twice, partition by partition', async () => {
    const chance = chanceOf(seed);
    const app = await start({ env: { FLOWLEDGER_PARTS: 'api' } });
    for (const [index, events] of histories(12, seed).entries())
      await record(app, events, String(index));
    const partitions = 8;
    const stored = await app.get(LedgerReader).after(0n, 100_000);
    const pool = connectPool(database.url, 2, { pipeline: true });
    try {
      for (const generation of await app.get(Generations).fed(projections)) {
        const projection = projections.find(({ name }) => name === generation.projection)!;
        const runner = new GenerationRunner(pool, projection, generation, partitions);
        const queues = Array.from({ length: partitions }, (_, partition) => {
          const own = stored.filter(({ stream }) => partitionOf(stream, partitions) === partition);
          return inBatches(own, [chance.between(0, 6), chance.between(0, 6)]).map((events) => ({
            partitions: [partition],
            events,
          }));
        });
        for (let open = queues.filter(({ length }) => length > 0); open.length > 0;) {
          const queue = chance.oneOf(open);
          const batch = queue[0]!;
          await runner.apply(batch);
          if (chance.next() < 0.2)
            await runner.apply(batch); // delivered again
          else queue.shift();
          open = queues.filter(({ length }) => length > 0);
        }
      }
    } finally {
      await pool.end();
    }
    await expectExact(database);
  });
});
