import type { Client } from 'pg';
import { connect } from '../../database/clients';

/** Two connections: rows are written while the ledger is being read. */
export interface BulkClients {
  readonly reader: Client;
  readonly writer: Client;
}

const cancelSql = `select pg_cancel_backend($1)`;

/** Ends what the server is at for a client. */
const cancelAt = async (url: string, client: Client): Promise<void> => {
  const { processID } = client as unknown as { readonly processID: number };
  const other = await connect(url).catch(() => null);
  await other?.query(cancelSql, [processID]).catch(() => undefined);
  await other?.end().catch(() => undefined);
};

/** Does some work on connections that are closed in the end, and cancelled when `signal` is aborted. */
export const withClients = async <T>(
  url: string,
  signal: AbortSignal,
  work: (clients: BulkClients) => Promise<T>,
): Promise<T> => {
  const clients: Client[] = [];
  const open = async (): Promise<Client> => {
    const client = await connect(url);
    clients.push(client);
    return client;
  };
  const cancel = (): void => {
    for (const client of clients) void cancelAt(url, client);
  };
  signal.addEventListener('abort', cancel);
  try {
    const reader = await open();
    const writer = await open();
    signal.throwIfAborted();
    return await work({ reader, writer });
  } finally {
    signal.removeEventListener('abort', cancel);
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
};
