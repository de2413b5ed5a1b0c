import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { Metrics } from '../metrics/metrics';
import { positionsSql } from './generation.sql';

/** The event a projection stands still at. */
interface Fault {
  readonly position: string;
  readonly stream: string;
  readonly type: string;
  readonly cause: string;
  readonly since: string;
}

/** How the live generation of a projection stands to the ledger. */
export interface Standing {
  readonly projection: string;
  readonly version: number;
  readonly generation: string;
  /** Everything up to here is applied. */
  readonly position: string;
  readonly lagEvents: number;
  /** Age of the oldest event that is not applied; 0 where there is none. */
  readonly lagSeconds: number;
  readonly fault: Fault | null;
}

const standingsSql = `
with positions as (${positionsSql})
select p.projection, p.version, p.id as generation, p.position::text as position,
  (head.position - p.position)::float8 as "lagEvents",
  coalesce(extract(epoch from clock_timestamp() - next.recorded_at), 0)::float8 as "lagSeconds",
  (select json_build_object('position', f.position::text, 'stream', f.stream, 'type', f.type,
     'cause', f.cause, 'since', to_char(f.since, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
   from ops.faults f where f.generation = p.id order by f.position limit 1)::text as fault
from positions p
cross join ledger.head head
left join ledger.events next on next.position = p.position + 1
where p.state = 'live'
order by p.projection`;

/** Where every projection stands, from one snapshot. */
@Injectable()
export class Standings {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    metrics: Metrics,
  ) {
    const label = ['projection'];
    metrics.gauge(
      'flowledger_projection_lag_events',
      'Events not yet applied',
      label,
      async (gauge) => {
        for (const { projection, lagEvents } of await this.known())
          gauge.set({ projection }, lagEvents);
      },
    );
    metrics.gauge(
      'flowledger_projection_lag_seconds',
      'Age of the oldest event not yet applied',
      label,
      async (gauge) => {
        for (const { projection, lagSeconds } of await this.known())
          gauge.set({ projection }, lagSeconds);
      },
    );
  }

  /** For metrics, which go on without the database. */
  private async known(): Promise<Standing[]> {
    return this.all().catch(() => []);
  }

  async all(): Promise<Standing[]> {
    const topic = this.settings.kafka?.topic ?? null;
    const rows: (Omit<Standing, 'fault'> & { fault: string | null })[] = await this.database.query(
      standingsSql,
      [topic],
    );
    return rows.map((row) => ({
      ...row,
      fault: row.fault === null ? null : (JSON.parse(row.fault) as Fault),
    }));
  }
}
