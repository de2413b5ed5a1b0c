import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import { eventually } from '../harness/eventually';

/**
 * A connection of the owner's to a PostgreSQL that may have been killed a moment ago. Its successor
 * may still be recovering when the load has its answers: backends that outlive their postmaster go on
 * committing until they notice.
 */
export const connectPatiently = (url: string, config: ClientConfig = {}): Promise<Client> =>
  eventually('PostgreSQL takes connections', async () => {
    const client = new Client({ ...config, connectionString: url });
    client.on('error', () => undefined); // the statement under way, or the next, says so
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  });
