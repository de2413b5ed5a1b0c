import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { Metrics } from '../metrics/metrics';
import { positionsSql } from './generation.sql';

/** The first event that a projection could not apply. */
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
  /** Streams of which an event is not in the rows, and the number of those events. */
  readonly parkedStreams: number;
  readonly parkedEvents: number;
  readonly fault: Fault | null;
}

const standingsSql = `
with positions as (${positionsSql})
select p.projection, p.version, p.id as generation, p.position::text as position,
  (head.position - p.position)::float8 as "lagEvents",
  greatest(extract(epoch from clock_timestamp() - next.recorded_at), 0)::float8 as "lagSeconds",
  coalesce(parked.streams, 0)::float8 as "parkedStreams", coalesce(parked.events, 0)::float8 as "parkedEvents",
  (select json_build_object('position', f.position::text, 'stream', f.stream, 'type', e.type,
     'cause', f.cause, 'since', to_char(f.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
   from ops.parked f join ledger.events e on e.position = f.position
   where f.generation = p.id and f.cause is not null order by f.position limit 1)::text as fault
from positions p
cross join ledger.head head
left join ledger.events next on next.position = p.position + 1
left join lateral (
  select count(distinct stream) as streams, count(*) as events from ops.parked where generation = p.id and not skipped
) parked on true
where p.state = 'live'
order by p.projection`;

const gauges: readonly (readonly [string, string, (standing: Standing) => number])[] = [
  ['flowledger_projection_lag_events', 'Events not yet applied', ({ lagEvents }) => lagEvents],
  [
    'flowledger_projection_lag_seconds',
    'Age of the oldest event not yet applied',
    ({ lagSeconds }) => lagSeconds,
  ],
  [
    'flowledger_projection_parked_events',
    'Events that could not be applied, and those that wait behind them',
    ({ parkedEvents }) => parkedEvents,
  ],
];

/** Where every projection stands, from one snapshot. */
@Injectable()
export class Standings {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    metrics: Metrics,
  ) {
    for (const [name, help, value] of gauges) {
      metrics.gauge(name, help, ['projection'], async (gauge) => {
        const standings = await this.known();
        gauge.reset();
        for (const standing of standings) {
          gauge.set({ projection: standing.projection }, value(standing));
        }
      });
    }
  }

  /** For metrics, which go on without the database, and then tell nothing of it. */
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
