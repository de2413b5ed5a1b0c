import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { healthBecomes } from '../harness/health';
import { atDatabase, query } from '../harness/postgres';

let database: TestDatabase;
let app: TestApp;

beforeEach(async () => {
  database = await freshDatabase();
  app = await startApp({ database });
});

afterEach(async () => {
  await app.stop();
  await database.drop();
});

const begin = (executionId: string) =>
  app.client.command('start-execution', { executionId }, { once: true });

const unavailable = { status: 503, body: { code: 'unavailable' } };

/** What health says of the ledger, to those who ask whether requests can be served. */
const expectLedger = async (check: {
  readonly status: string;
  readonly detail?: unknown;
}): Promise<void> => {
  const { checks } = await healthBecomes(app.client, '/health/ready', {
    code: 200,
    checks: { ledger: check },
  });
  expect(checks['ledger']).toEqual(check);
};

test('a disk that is full refuses commands and not readers, is told in health, and is over with the next commit', async () => {
  await database.sql(`
    create function full_disk() returns trigger language plpgsql as $$
    begin
      raise exception 'could not extend file: No space left on device' using errcode = '53100';
    end $$`);
  await database.sql(
    'create trigger full_disk before insert on ledger.events for each row execute function full_disk()',
  );
  expect(await begin('one')).toMatchObject(unavailable);
  await expectLedger({
    status: 'degraded',
    detail: expect.stringMatching(/No space left on device/),
  });
  await database.sql('drop trigger full_disk on ledger.events');
  await eventually('commands again', async () => (await begin('two')).status === 200);
  await expectLedger({ status: 'healthy' });
});

/** As an operator does for maintenance, and as a standby is to whoever was not told of the switch. */
const readOnly = async (setting: 'on' | 'off'): Promise<void> => {
  const name = new URL(database.ownerUrl).pathname.slice(1);
  const admin = atDatabase(database.ownerUrl, 'postgres');
  await query(admin, `alter database ${name} set default_transaction_read_only = ${setting}`);
  const cut = await query<{ pid: number }>(
    admin,
    'select pid, pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
    [name],
  );
  await eventually('they are gone', async () => {
    const left = 'select from pg_stat_activity where pid = any ($1)';
    return (await query(admin, left, [cut.map(({ pid }) => pid)])).length === 0;
  });
};

test('a database that only reads refuses commands, serves readers, and parks nothing', async () => {
  expect(await begin('one')).toMatchObject({ status: 200 });
  await readOnly('on');
  const detail = expect.stringMatching(/read-only transaction/);
  // The first may only meet the connection that was cut.
  await eventually('a refusal by a database that is there', async () => {
    expect(await begin('two')).toMatchObject(unavailable);
    const { status: code, body } = await app.client.get('/health/ready', { key: null });
    expect({ ...body, code }).toMatchObject({
      code: 200,
      checks: { ledger: { status: 'degraded', detail } },
    });
    return true;
  });
  expect((await app.client.get('/v1/streams/execution-one')).status).toBe(200);
  await readOnly('off');
  const { body: accepted } = await eventually('commands again', async () => {
    const answer = await begin('three');
    return answer.status === 200 && answer;
  });
  await expectLedger({ status: 'healthy' });
  const { body } = await app.client.get(
    `/v1/projections/execution-status/three?minPosition=${accepted.position}`,
  );
  expect(body).toMatchObject({ row: { status: 'running' } });
  expect(await database.sql('select from ops.parked')).toEqual([]);
});
