import type { Client } from 'pg';
import { connect } from './clients';

/** Two connections: rows are written while the ledger is being read. */
export interface ClientPair {
  readonly reader: Client;
  readonly writer: Client;
}

const cancelSql = `select pg_cancel_backend($1)`;

/** The id of the process that serves a client. */
export const processOf = (client: Client): number =>
  (client as unknown as { readonly processID: number }).processID;

/** Ends what the server is at for a client. */
const cancelAt = async (url: string, client: Client): Promise<void> => {
  const other = await connect(url).catch(() => null);
  await other?.query(cancelSql, [processOf(client)]).catch(() => undefined);
  await other?.end().catch(() => undefined);
};

type Open = () => Promise<Client>;

/** Connections are closed in the end, and cancelled when `signal` is aborted. */
const opening = async <T>(
  url: string,
  signal: AbortSignal,
  work: (open: Open) => Promise<T>,
): Promise<T> => {
  const clients: Client[] = [];
  const cancel = (): void => {
    for (const client of clients) void cancelAt(url, client);
  };
  signal.addEventListener('abort', cancel);
  try {
    return await work(async () => {
      const client = await connect(url);
      clients.push(client);
      signal.throwIfAborted();
      return client;
    });
  } finally {
    signal.removeEventListener('abort', cancel);
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
};

/** Does some work on a connection that is closed in the end, and cancelled when `signal` is aborted. */
export const withClient = <T>(
  url: string,
  signal: AbortSignal,
  work: (client: Client) => Promise<T>,
): Promise<T> => opening(url, signal, async (open) => work(await open()));

/** The same on two. */
export const withClients = <T>(
  url: string,
  signal: AbortSignal,
  work: (clients: ClientPair) => Promise<T>,
): Promise<T> =>
  opening(url, signal, async (open) => work({ reader: await open(), writer: await open() }));
