import type { ClientBase, Pool } from 'pg';

/** Asks the database one statement, for its rows. On what connection is up to whoever gave this. */
export type Ask = <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;

/** A database that can be asked: a connection, a snapshot, or what stands before a pool of connections. */
export interface Asking {
  readonly ask: Ask;
}

/** Asks on one connection, or on any of a pool. */
export const askingOn = (client: Pick<ClientBase, 'query'> | Pick<Pool, 'query'>): Asking => ({
  ask: async (text, values) => (await client.query(text, values)).rows as never,
});
