import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { connect } from './clients';
import { copiedRows } from './copy-text';
import type { Field } from './copy-text';

/** Lets the server notice that whoever asked is gone, where its system can. */
const noticeSql = `set client_connection_check_interval = '2s'`;

/**
 * The database as it is at one moment, on a connection of its own, for as long as it is open. Every
 * method throws once the signal it was opened with is aborted.
 */
export class Snapshot {
  private constructor(
    private readonly client: Client,
    private readonly forget: () => void,
  ) {}

  /** The moment is now, or that of another snapshot, which `share` gave. */
  static async open(
    url: string,
    signal: AbortSignal,
    shared: string | null = null,
  ): Promise<Snapshot> {
    signal.throwIfAborted();
    const client = await connect(url);
    const leave = (): void => void client.end().catch(() => undefined);
    signal.addEventListener('abort', leave);
    const snapshot = new Snapshot(client, () => {
      signal.removeEventListener('abort', leave);
    });
    try {
      signal.throwIfAborted(); // it may have been while the connection was made
      await client.query(noticeSql).catch(() => undefined);
      await client.query('begin isolation level repeatable read, read only');
      if (shared !== null) await client.query(`set transaction snapshot '${shared}'`);
      return snapshot;
    } catch (error) {
      await snapshot.close();
      throw error;
    }
  }

  /** What another connection needs to see the same; valid while this one is open. */
  async share(): Promise<string> {
    const [row] = await this.ask<{ id: string }>('select pg_export_snapshot() as id');
    return row?.id ?? '';
  }

  async ask<Row extends object>(text: string, values?: unknown[]): Promise<Row[]> {
    return (await this.client.query<Row>(text, values)).rows;
  }

  /** The rows of a query without parameters, some at a time: the next are read when these are done with. */
  rows(query: string): AsyncGenerator<Field[][]> {
    return copiedRows(this.client.query(copyTo(`copy (${query}) to stdout`)));
  }

  async close(): Promise<void> {
    this.forget();
    await this.client.end().catch(() => undefined);
  }
}
