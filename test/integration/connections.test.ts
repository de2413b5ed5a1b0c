import { connect } from '../../src/modules/database/clients';
import { migrate } from '../../src/modules/database/migrate';
import { startApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { atDatabase, query } from '../harness/postgres';

describe('a connection', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await freshDatabase();
  });

  afterAll(async () => {
    await database.drop();
  });

  // The system's own two hours would keep offices, locks and transactions of a machine without power.
  it('is given up by the database half a minute after its machine is gone without a word', async () => {
    const client = await connect(database.url);
    try {
      const { rows } = await client.query<{ name: string; setting: string }>(
        `select name, setting from pg_settings where name like 'tcp\\_keepalives\\_%' order by name`,
      );
      const setting = Object.fromEntries(rows.map((row) => [row.name, Number(row.setting)]));
      const { tcp_keepalives_idle: idle = 0, tcp_keepalives_interval: interval = 0 } = setting;
      const seconds = idle + interval * (setting['tcp_keepalives_count'] ?? 0);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(30);
    } finally {
      await client.end();
    }
  });

  it('has its own bounds, whatever the database sets for everybody', async () => {
    const name = new URL(database.ownerUrl).pathname.slice(1);
    const defaults = {
      statement_timeout: '1min',
      lock_timeout: '1s',
      idle_session_timeout: '1min',
      idle_in_transaction_session_timeout: '1min',
      default_transaction_isolation: 'serializable',
    };
    for (const [setting, value] of Object.entries(defaults)) {
      await database.sql(`alter database ${name} set ${setting} = '${value}'`);
    }
    const client = await connect(database.url);
    try {
      const { rows } = await client.query<{ name: string; setting: string }>(
        'select name, setting from pg_settings where name = any ($1)',
        [Object.keys(defaults)],
      );
      expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toEqual({
        statement_timeout: '0',
        lock_timeout: '0',
        idle_session_timeout: '0',
        idle_in_transaction_session_timeout: '0',
        default_transaction_isolation: 'read committed',
      });
    } finally {
      await client.end();
    }
  });
});

test('what is acknowledged is on disk, though the database is set to be faster than that', async () => {
  const database = await freshDatabase();
  const name = new URL(database.ownerUrl).pathname.slice(1);
  await database.sql(`alter database ${name} set synchronous_commit = off`);
  await database.sql(`
    create function ledger.flushes() returns trigger language plpgsql as $$
    begin
      if current_setting('synchronous_commit') = 'off' then raise 'it is not flushed'; end if;
      return null;
    end $$`);
  await database.sql(
    'create trigger flushes after insert on ledger.events for each statement execute function ledger.flushes()',
  );
  const app = await startApp({ database });
  try {
    const answer = await app.client.command('start-execution', { executionId: 'one' });
    expect(answer.status).toBe(200);
  } finally {
    await app.stop();
    await database.drop();
  }
});

test('a database that is not in UTF-8 is refused, with what to do', async () => {
  const database = await freshDatabase();
  const admin = atDatabase(database.ownerUrl, 'postgres');
  const name = `${new URL(database.ownerUrl).pathname.slice(1)}_latin`;
  await query(admin, `create database ${name} encoding 'LATIN1' locale 'C' template template0`);
  const latin = atDatabase(database.ownerUrl, name);
  try {
    await expect(migrate(latin)).rejects.toThrow(
      /^DATABASE_URL leads to a database in LATIN1: make one with .*UTF8/,
    );
    expect(await query(latin, `select from pg_namespace where nspname = 'ledger'`)).toEqual([]);
  } finally {
    await query(admin, `drop database ${name}`);
    await database.drop();
  }
});
