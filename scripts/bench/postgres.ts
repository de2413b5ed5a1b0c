import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/modules/database/embedded';
import type { EmbeddedPostgres } from '../../src/modules/database/embedded';
import type { Context } from './context';

/** One database of the bench's PostgreSQL: whatever is compared is in the same one. */
export interface Database {
  /** For the application, in its lesser role. */
  readonly url: string;
  /** For migrations, baselines and questions. */
  readonly ownerUrl: string;
}

/** Connections for two servers and the baselines side by side; all else as in production, fsync too. */
const settings = { max_connections: '250' };

const server = (context: Context): Promise<EmbeddedPostgres> =>
  context.shared('PostgreSQL', (whole) => {
    whole.say('starting PostgreSQL');
    return whole.hold(
      () =>
        startEmbeddedPostgres({
          home: join(whole.folder, 'postgres'),
          settings,
          log: whole.say,
        }),
      (postgres) => postgres.stop(),
    );
  });

/** The process above all of PostgreSQL's. */
export const postmaster = async (context: Context): Promise<number> => (await server(context)).pid;

const named = (url: string, name: string): string => {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
};

/** A connection of the bench itself, until the measurement ends. */
export const connect = (context: Context, url: string): Promise<Client> =>
  context.hold(
    async () => {
      const client = new Client({ connectionString: url });
      client.on('error', () => undefined); // the statement under way, or the next, says so
      await client.connect();
      return client;
    },
    (client) => client.end(),
  );

/** An empty database of this name. */
export const createDatabase = async (context: Context, name: string): Promise<Database> => {
  const { appUrl, ownerUrl } = await server(context);
  const client = await connect(context, ownerUrl);
  await client.query(`create database ${client.escapeIdentifier(name)}`);
  return { url: named(appUrl, name), ownerUrl: named(ownerUrl, name) };
};

/** Writes out what is in memory, so that no side pays for pages that others left. */
export const checkpoint = async (client: Client): Promise<void> => {
  await client.query('checkpoint');
};

/** The only value of the only row that `sql` gives. */
export const scalar = async (
  client: Client,
  sql: string,
  values: unknown[] = [],
): Promise<string> => {
  const { rows } = await client.query<Record<string, unknown>>(sql, values);
  const [value] = Object.values(rows[0] ?? {});
  return String(value);
};
