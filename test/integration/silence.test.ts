/* What is silent is timed out; what nobody could hear is not silent. */
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { listened } from '../harness/listening';

const sweptOften = { FLOWLEDGER_SWEEP_SECONDS: '0.2' };

let database: TestDatabase;
let app: TestApp;
beforeEach(async () => {
  database = await freshDatabase();
  app = await startApp({ database, env: sweptOften });
});
afterEach(async () => {
  await app.stop();
  await database.drop();
});

const sweeps = async (): Promise<number> => {
  const { body } = await app.client.get<string>('/metrics');
  const count = /^flowledger_duty_rounds_total\{duty="sweeper",outcome="completed"\} (\d+)$/m;
  return Number(count.exec(body)?.[1]);
};

const furtherSweeps = async (): Promise<void> => {
  const before = await sweeps();
  await eventually('two sweeps', async () => (await sweeps()) >= before + 2);
};

const status = async (): Promise<unknown> => {
  const path = '/v1/projections/execution-status/work';
  const { body } = await app.client.get<{ row: { status: string } }>(path);
  return body.row.status;
};

/** It was heard of two hours ago, which is longer than its flow allows; then nobody ran, until now. */
const stoppedWithSilent = async (last: Parameters<typeof listened>[1]): Promise<void> => {
  const { body } = await app.client.command('start-execution', { executionId: 'work' });
  const path = `/v1/projections/execution-status/work?minPosition=${body.position}`;
  expect((await app.client.get(path)).status).toBe(200);
  await app.stop();
  await database.sql(`update read.execution_status set heard_at = heard_at - interval '2 hours'`);
  await listened(database, last);
  app = await startApp({ database, env: sweptOften });
};

describe('a silent execution', () => {
  it('is timed out where somebody listened, short restarts passed over', async () => {
    await stoppedWithSilent({ since: '3 hours', seen: '5 seconds' });
    await eventually('timed out', async () => (await status()) === 'timed_out');
  });

  it('has its whole time once somebody listens again, who did not for long', async () => {
    await stoppedWithSilent({ since: '3 hours', seen: '90 minutes' });
    await furtherSweeps();
    expect(await status()).toBe('running');
    await listened(database, { since: '61 minutes' });
    await eventually('timed out', async () => (await status()) === 'timed_out');
  });

  it('has it also where the clock was set back, and is not spared until the time of before', async () => {
    await stoppedWithSilent({ since: '-1 day', seen: '-1 day' });
    await furtherSweeps();
    expect(await status()).toBe('running');
    const [{ isPast } = { isPast: false }] = await database.sql<{ isPast: boolean }>(
      `select (value::json ->> 'since')::timestamptz <= now() as "isPast" from ops.settings where name = 'listening'`,
    );
    expect(isPast).toBe(true);
  });
});
