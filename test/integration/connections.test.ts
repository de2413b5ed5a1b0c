import { connect } from '../../src/modules/database/clients';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';

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
});
