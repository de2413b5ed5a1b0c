/* Builds of the application that know different versions of a projection, one after the other. */
import { PROJECTIONS } from '../../src/modules/projector/projections.token';
import { projections } from '../../src/projections';
import { instant, integer, text } from '../../src/projections/columns';
import { entity } from '../../src/projections/projection';
import type { Projection } from '../../src/projections/projection';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Client } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { generationsOf, operatorOf } from '../harness/rebuilds';

const presentation = {
  name: 'beats',
  summary: 'Beats',
  category: 'execution',
  key: 'executionId',
  time: 'startedAt',
  sort: 'startedAt',
  presented: {},
  present: (row: Readonly<Record<string, unknown>>) => ({ ...row }),
};
const columns = { executionId: text(), beats: integer(), startedAt: instant() };

const first = entity({
  ...presentation,
  version: 1,
  columns,
  opens: {
    ExecutionStarted: ({ occurredAt }, executionId) => ({
      executionId,
      beats: 0,
      startedAt: occurredAt,
    }),
  },
  changes: { HeartbeatReceived: (row) => ({ ...row, beats: row.beats + 1 }) },
});

/** Has one more column, so its view cannot take the place of the other's as it is. */
const second = entity({
  ...presentation,
  version: 2,
  columns: { ...columns, doubled: integer() },
  opens: {
    ExecutionStarted: ({ occurredAt }, executionId) => ({
      executionId,
      beats: 0,
      startedAt: occurredAt,
      doubled: 0,
    }),
  },
  changes: {
    HeartbeatReceived: (row) => ({ ...row, beats: row.beats + 1, doubled: row.doubled + 2 }),
  },
});

const refuse = (): never => {
  throw new Error('too much');
};

let database: TestDatabase;
let app: TestApp | null = null;

beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  await app?.stop();
  await database.drop();
});

/** Stops the build before, as an operator does who deploys another. */
const deploy = async (
  others: readonly Projection[],
  env: Readonly<Record<string, string>> = {},
): Promise<TestApp> => {
  await app?.stop();
  const providers = new Map<symbol, unknown>([[PROJECTIONS, [...projections, ...others]]]);
  return (app = await startApp({ database, providers, env }));
};

const beat = async ({ client }: TestApp, executionId: string): Promise<void> => {
  await client.command('start-execution', { executionId });
  const { status, body } = await client.command('heartbeat-execution', { executionId });
  expect(status).toBe(200);
  const seen = `/v1/projections/execution-status?minPosition=${body.position}`;
  expect((await client.get(seen)).status).toBe(200); // and with it whatever else is level
};

const isLive = (version: number) =>
  eventually(`version ${String(version)} is live`, async () => {
    const all = await generationsOf(database, 'beats');
    return all.some((one) => one.state === 'live' && one.version === version) && all;
  });

/** The id of the rebuild that waits, once there is one. */
const waiting = (client: Client): Promise<string> =>
  eventually('a rebuild waits', async () => {
    const { body } = await client.get<{ rows: { rebuildId: string; status: string }[] }>(
      '/v1/projections/rebuilds',
    );
    return body.rows.find(({ status }) => status === 'waiting')?.rebuildId;
  });

const rows = async (): Promise<object[]> =>
  database.sql('select * from read.beats order by execution_id');

/** Waits until the live version has all of one execution, so that it is not written any more. */
const isSeen = () =>
  eventually('it is seen', async () => {
    const [row] = await database.sql<{ beats: number }>('select beats from read.beats');
    return row?.beats === 1;
  });

describe('a build that knows another version of a projection', () => {
  it('builds it beside the live one, and takes it live', async () => {
    await beat(await deploy([first]), 'one');
    await deploy([second]);
    const all = await isLive(2);
    expect(all.map(({ version, state }) => [version, state])).toEqual([
      [1, 'warm'],
      [2, 'live'],
    ]);
    expect(await rows()).toMatchObject([{ execution_id: 'one', beats: 1, doubled: 2 }]);
  });

  it('waits to be told, where that is how it is set', async () => {
    await beat(await deploy([first]), 'one');
    await isSeen();
    const { client, keys } = await deploy([second], { FLOWLEDGER_CUTOVER: 'manual' });
    const operator = operatorOf(client, keys.operator);
    const rebuildId = await waiting(client);
    expect(await client.get('/v1/projections/beats')).toMatchObject({
      status: 503,
      body: { code: 'version-not-live' },
    });
    expect(await rows()).toEqual([expect.not.objectContaining({ doubled: 2 })]);
    expect((await operator.issue('cut-over-rebuild', { rebuildId })).status).toBe(200);
    await isLive(2);
  });

  it('waits where its folds fail, says at which event, and leaves the live one alone', async () => {
    await beat(await deploy([first]), 'one');
    await isSeen();
    const before = await rows();
    const broken = { ...second, changes: { HeartbeatReceived: refuse } } as Projection;
    const { client, keys } = await deploy([broken]);
    const operator = operatorOf(client, keys.operator);
    const rebuildId = await waiting(client);
    expect(await operator.progress(rebuildId)).toMatchObject({
      waitsFor: { why: 'differences', projections: ['beats'] },
      projections: [{ differences: null, parked: 1 }],
    });
    const { body } = await client.get('/v1/projections/parked-streams');
    expect(body).toMatchObject({
      rows: [
        {
          projection: 'beats',
          stream: 'execution-one',
          state: 'building',
          events: 1,
          type: 'HeartbeatReceived',
          cause: expect.stringMatching(/too much/),
        },
      ],
    });
    expect(await rows()).toEqual(before);
    await operator.issue('cancel-rebuild', { rebuildId });
    await eventually('what it made is dropped', async () => {
      const all = await generationsOf(database, 'beats');
      return all.length === 1 && all[0]?.state === 'live';
    });
  });

  it('leaves what it does not know as it is; the older build catches it up and takes it back', async () => {
    await beat(await deploy([first]), 'one');
    await beat(await deploy([second]), 'two');
    await isLive(2);
    const [before] = await database.sql<{ position: string }>(
      `select min(position) as position from ops.checkpoints where generation = 'beats_v1_1'`,
    );
    await beat(app!, 'three');
    await eventually('all three', async () => (await rows()).length === 3);
    const [after] = await database.sql<{ position: string }>(
      `select min(position) as position from ops.checkpoints where generation = 'beats_v1_1'`,
    );
    expect(after).toEqual(before); // not fed by code that does not know it

    await deploy([first]);
    await isLive(1);
    expect(await rows()).toEqual(
      ['one', 'three', 'two'].map(
        (id) => expect.objectContaining({ execution_id: id, beats: 1 }) as object,
      ),
    );
    await deploy([second]);
    const all = await isLive(2);
    expect(all).toHaveLength(2); // its own was still there
    expect(await rows()).toHaveLength(3);
  });

  it('begins anew what a rebuild that goes on has built of another version', async () => {
    const { client, keys } = await deploy([first]);
    await beat(app!, 'one');
    const operator = operatorOf(client, keys.operator);
    const rebuildId = await operator.start({
      projections: ['beats', 'quality-gates'],
      cutover: 'auto',
      maxEventsPerSecond: 1,
    });
    const made = async () => (await generationsOf(database, 'beats'))[1];
    await eventually('it has begun', made, { every: 10 });
    const next = await deploy([second]);
    await isLive(2);
    const progress = await operatorOf(next.client, keys.operator).reaches(rebuildId, 'completed');
    expect(progress.projections).toMatchObject([
      { generation: 'beats_v2_3', step: 'warm' },
      { generation: 'quality_gates_v1_2' },
    ]);
    expect(await rows()).toMatchObject([{ execution_id: 'one', beats: 1, doubled: 2 }]);
  });

  it('ends a rebuild that waits with another version, so that its own is built', async () => {
    const { client, keys } = await deploy([first]);
    await beat(app!, 'one');
    const operator = operatorOf(client, keys.operator);
    const rebuildId = await operator.start({ projections: ['beats'], cutover: 'manual' });
    await operator.reaches(rebuildId, 'waiting');
    const next = await deploy([second]);
    await isLive(2);
    const { state, reason } = await operatorOf(next.client, keys.operator).progress(rebuildId);
    expect({ state, reason }).toEqual({
      state: 'failed',
      reason: expect.stringMatching(/another version .* built beats_v1_2/),
    });
  });

  it('shows nobody a new projection before it has all there is', async () => {
    await beat(await deploy([]), 'one');
    const { client } = await deploy([first]);
    const { status, body } = await client.get<{ rows?: object[] }>('/v1/projections/beats');
    if (status === 200) expect(body.rows).toHaveLength(1);
    else expect(status).toBe(503);
    await isLive(1);
    expect(await rows()).toHaveLength(1);
  });
});
