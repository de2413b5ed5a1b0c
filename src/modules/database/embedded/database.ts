import { Client } from 'pg';
import { OWNER } from './data-directory';
import { causeOf, codeOf, StartError } from './start-error';
import type { Credentials } from './credentials';

const DATABASE = 'flowledger';
const APP = 'flowledger_app';

const WHAT_IS_THERE = `
  select exists (select from pg_roles where rolname = $1) as role,
         exists (select from pg_database where datname = $2) as database`;

/** The connection urls of a server on this port: the owner's for migrations, the application's. */
export const urlsFor = (port: number, { ownerPassword, appPassword }: Credentials) => ({
  ownerUrl: `postgresql://${OWNER}:${ownerPassword}@127.0.0.1:${port}/${DATABASE}`,
  appUrl: `postgresql://${APP}:${appPassword}@127.0.0.1:${port}/${DATABASE}`,
});

/**
 * Makes the application's role and the database where they are missing.
 *
 * @throws StartError when the server refuses the password or the statements.
 */
export const ensureDatabase = async (port: number, credentials: Credentials): Promise<void> => {
  const url = new URL(urlsFor(port, credentials).ownerUrl);
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.href });
  // A server that is killed meanwhile also rejects the query that waits for it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ role: boolean; database: boolean }>(WHAT_IS_THERE, [
      APP,
      DATABASE,
    ]);
    if (rows[0]?.role !== true) await createAppRole(client, credentials.appPassword);
    if (rows[0]?.database !== true) await client.query(`create database ${DATABASE}`);
  } catch (error) {
    throw new StartError(
      codeOf(error) === '28P01'
        ? 'PostgreSQL refuses the passwords in postgres.json: restore the file that belongs to this data'
        : `cannot create the database "${DATABASE}": ${causeOf(error)}`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
};

async function createAppRole(client: Client, password: string): Promise<void> {
  // A failing statement would be logged whole, with the password.
  await client.query('set log_min_error_statement = panic');
  await client.query(
    `create role ${APP} login nosuperuser nocreatedb nocreaterole
       password ${client.escapeLiteral(password)}`,
  );
}
