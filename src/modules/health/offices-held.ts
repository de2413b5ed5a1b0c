import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { offices } from '../database/election';
import { Metrics } from '../metrics/metrics';

const heldSql = `
select (l.classid::bigint << 32 | l.objid::bigint)::text as office
from pg_locks l
where l.locktype = 'advisory' and l.granted and l.objsubid = 1
  and l.database = (select oid from pg_database where datname = current_database())`;

/**
 * Tells metrics which offices are held, by whichever process. What nobody is elected for is not done, and
 * no command fails for it.
 */
@Injectable()
export class OfficesHeld {
  constructor(@InjectDataSource() database: DataSource, metrics: Metrics) {
    metrics.gauge(
      'flowledger_office_held',
      'Whether some process is elected for an office: 1 or 0',
      ['office'],
      async (gauge) => {
        const rows = await database.query<{ office: string }[]>(heldSql).catch(() => null);
        gauge.reset();
        if (rows === null) return;
        const held = new Set(rows.map(({ office }) => Number(office)));
        for (const [office, lock] of Object.entries(offices)) {
          gauge.set({ office }, held.has(lock) ? 1 : 0);
        }
      },
    );
  }
}
