/* A ledger of the version before partitions is brought to them: nothing of it is lost, or written anew. */
import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { DataSource } from 'typeorm';
import { migrate, migrations } from '../../src/modules/database/migrate';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { proveLedger } from '../harness/ledger-proof';
import { isTableWaitedFor } from '../harness/lock-waits';
import { atDatabase, query } from '../harness/postgres';
import { work } from '../harness/work';

const before = 'OldHistory1764000000012';

/** A database as the version before left it. */
const olderDatabase = async (): Promise<TestDatabase> => {
  const model = await freshDatabase();
  await model.drop();
  const at = (url: string): string => atDatabase(url, name);
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = atDatabase(model.ownerUrl, 'postgres');
  await query(admin, `create database ${name}`);
  await query(admin, `grant create on database ${name} to flowledger_app`);
  const source = new DataSource({
    type: 'postgres',
    url: at(model.ownerUrl),
    installExtensions: false,
    migrations: migrations.slice(
      0,
      migrations.findIndex((one) => new one().name === before),
    ),
    migrationsTableName: 'flowledger_migrations',
  });
  await source.initialize();
  await source.runMigrations({ transaction: 'each' });
  await source.destroy();
  return {
    url: at(model.url),
    ownerUrl: at(model.ownerUrl),
    sql: (text, values) => query(at(model.ownerUrl), text, values),
    drop: async () => {
      await query(admin, `drop database ${name} with (force)`);
    },
  };
};

const connected = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** The rows of a ledger, byte for byte as they are. */
const copyLedger = (from: TestDatabase, to: TestDatabase): Promise<void> =>
  connected(from.ownerUrl, (reader) =>
    connected(to.ownerUrl, async (writer) => {
      await writer.query('delete from ledger.head');
      for (const table of ['events', 'commits', 'commands', 'head']) {
        await pipeline(
          reader.query(copyTo(`copy (select * from ledger.${table}) to stdout`)),
          writer.query(copyFrom(`copy ledger.${table} from stdin`)),
        );
      }
    }),
  );

let app: TestApp | null;
let older: TestDatabase;

beforeEach(async () => {
  app = null;
  older = await olderDatabase();
});
afterEach(async () => {
  await app?.stop();
  await older.drop();
});

const filesSql = `select pg_relation_filenode(c.oid)::integer as file from pg_class c
join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'ledger' and c.relname = $1`;

test('a ledger with events keeps them where they are, and goes on behind them', async () => {
  const source = await startApp();
  await work(source.client, { executions: 20, calls: 20 });
  await copyLedger(source.database, older);
  await source.stop();
  const [file] = await older.sql<{ file: number }>(filesSql, ['events']);
  const [head] = await older.sql<{ position: string }>('select position::text from ledger.head');

  expect((await migrate(older.ownerUrl, 500))[0]).toBe(before);
  const [kept] = await older.sql<{ file: number }>(filesSql, ['events_1']);
  expect(kept).toEqual(file); // not written anew
  const end = Number(head!.position);
  expect(await older.sql('select * from ledger.partitions order by first_position')).toEqual([
    { name: 'events_1', first_position: '1', last_position: String(end) },
    {
      name: `events_${String(end + 1)}`,
      first_position: String(end + 1),
      last_position: String(end + 500),
    },
  ]);

  app = await startApp({ database: older, env: { FLOWLEDGER_PARTITION_EVENTS: '500' } });
  await work(app.client, { executions: 20, calls: 60, prefix: 'after' });
  const again = await app.client.command('start-execution', { executionId: 'run-0' });
  expect(again).toMatchObject({ status: 409, body: { code: 'execution-already-started' } });
  const { events } = await proveLedger(older);
  expect(events).toBeGreaterThan(end + 1_000);
  expect((await app.client.get('/v1/verify?skip=projections,kafka')).body).toMatchObject({
    holds: true,
    ledger: { faults: [] },
  });
});

test('it has the same indexes as one that began with partitions', async () => {
  const source = await startApp();
  await source.client.command('start-execution', { executionId: 'one' });
  await copyLedger(source.database, older);
  const indexesSql = `
    select regexp_replace(pg_get_indexdef(i.indexrelid), 'INDEX \\S+ ON ledger.\\S+', 'INDEX') as definition
    from pg_index i where i.indrelid = 'ledger.events_1'::regclass order by 1`;
  const expected = await source.database.sql(indexesSql);
  await source.stop();
  await migrate(older.ownerUrl);
  expect(await older.sql(indexesSql)).toEqual(expected);
  expect(expected.length).toBeGreaterThanOrEqual(8);
  // Each belongs to one of the parent, but that on streams, which a parent cannot have.
  const [row] = await older.sql<{ attached: number }>(
    `select count(*)::integer as attached from pg_index i join pg_inherits h on h.inhrelid = i.indexrelid
     where i.indrelid = 'ledger.events_1'::regclass`,
  );
  expect(row?.attached).toBe(expected.length - 1);
});

test('whoever reads the ledger meanwhile, such as a backup, holds the migration up and nobody else', async () => {
  let told = 0;
  let migrating: Promise<string[]> | null = null;
  await connected(older.ownerUrl, async (backup) => {
    await backup.query('begin');
    await backup.query('select from ledger.events');
    migrating = migrate(older.ownerUrl, 500, () => {
      told += 1;
    });
    await eventually('it is waited for', () => isTableWaitedFor(older, 'ledger.events'));
    await connected(older.ownerUrl, async (command) => {
      await command.query('begin');
      await command.query('lock table ledger.events in row exclusive mode');
      await command.query('commit');
    });
    await eventually('it is told', () => told > 0);
    await backup.query('commit');
  });
  expect((await migrating!)[0]).toBe(before);
  expect(await older.sql('select name from flowledger_migrations')).toHaveLength(migrations.length);
});

test('what views tell comes from all partitions', async () => {
  await migrate(older.ownerUrl);
  const rows = await older.sql(
    `select distinct v.relname as view from pg_depend d
     join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class
     where d.refobjid = 'ledger.events'::regclass order by 1`,
  );
  expect(rows).toEqual([{ view: 'parked_streams' }, { view: 'voidings' }]);
});
