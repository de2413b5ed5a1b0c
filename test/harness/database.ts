/*
 * A database for one test file: a copy of the migrated template, dropped at the end. Whoever still
 * holds a connection by then has leaked it, and the file fails.
 */
import { randomBytes } from 'node:crypto';
import { eventually } from './eventually';
import { atDatabase, query, template } from './postgres';

export interface TestDatabase {
  /** As the application's role connects. */
  readonly url: string;
  /** As the owner connects, who may do anything. */
  readonly ownerUrl: string;
  /** Runs SQL as the owner. */
  sql<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** @throws Error if connections to it are left open. */
  drop(): Promise<void>;
}

const openSql = `
select pid, usename, application_name, state, left(query, 80) as query
from pg_stat_activity where datname = $1 and backend_type = 'client backend'`;

const urlOf = (name: string): string => {
  const url = process.env[name];
  if (url === undefined)
    throw new Error(`${name} is not set: run this by Jest, see global-setup.ts`);
  return url;
};

/** A new database at the schema of this code, with an empty ledger; or as another is, while nobody uses that. */
export const freshDatabase = async (like: TestDatabase | null = null): Promise<TestDatabase> => {
  const server = urlOf('FLOWLEDGER_TEST_OWNER_URL');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = atDatabase(server, 'postgres');
  const source = like === null ? template : new URL(like.ownerUrl).pathname.slice(1);
  await query(admin, `create database ${name} template ${source}`);
  // Rights on the database itself do not come along with a copy.
  await query(admin, `grant create on database ${name} to flowledger_app`);
  const ownerUrl = atDatabase(server, name);
  // The first connection to a database writes files: on a disk that stands still, for longer than an
  // application waits.
  await query(ownerUrl, 'select');

  const drop = async (): Promise<void> => {
    let open: object[] = [];
    const closed = async (): Promise<boolean> => {
      open = await query(admin, openSql, [name]);
      return open.length === 0;
    };
    // A pool that was forgotten lets go of idle connections after 10 s: it is to be caught before.
    const leak = await eventually('all connections closed', closed, { within: 6_000 }).then(
      () => null,
      () => new Error(`connections to ${name} were left open: ${JSON.stringify(open, null, 2)}`),
    );
    await query(admin, `drop database ${name} with (force)`);
    if (leak !== null) throw leak;
  };

  return {
    url: atDatabase(urlOf('FLOWLEDGER_TEST_APP_URL'), name),
    ownerUrl,
    sql: (text, values) => query(ownerUrl, text, values),
    drop,
  };
};
