import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { offices } from '../database/election';
import { Metrics } from '../metrics/metrics';

/** How the topic stands to the ledger, whichever process is the relay. */
export interface RelayStanding {
  readonly topic: string;
  /** Everything up to here is on the topic. */
  readonly position: string;
  readonly ledgerEnd: string;
  readonly lagEvents: number;
  /** Age of the oldest event that is not on the topic; 0 where there is none. */
  readonly lagSeconds: number;
  /** `vacant`: no process is the relay. `hindered`: one is, and `fault` says what keeps it. */
  readonly state: 'publishing' | 'hindered' | 'vacant';
  readonly fault: string | null;
}

const standingSql = `
select coalesce(r.position, 0)::text as position, head.position::text as "ledgerEnd",
  (head.position - coalesce(r.position, 0))::float8 as "lagEvents",
  greatest(extract(epoch from clock_timestamp() - next.recorded_at), 0)::float8 as "lagSeconds",
  exists (
    select from pg_locks l where l.locktype = 'advisory' and l.granted
      and l.database = (select oid from pg_database where datname = current_database())
      and l.classid::bigint << 32 | l.objid::bigint = $2::bigint and l.objsubid = 1
  ) as held,
  r.fault
from ledger.head head
left join ops.relay r on r.topic = $1
left join ledger.events next on next.position = coalesce(r.position, 0) + 1`;

type Row = Omit<RelayStanding, 'topic' | 'state'> & { readonly held: boolean };

/** How far the relay is, for health and metrics. */
@Injectable()
export class RelayStatus {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    metrics: Metrics,
  ) {
    if (settings.kafka === null) return;
    const gauges: [string, string, (standing: RelayStanding) => number][] = [
      ['position', 'Last position on the topic', ({ position }) => Number(position)],
      ['lag_events', 'Events not yet on the topic', ({ lagEvents }) => lagEvents],
      [
        'lag_seconds',
        'Age of the oldest event not yet on the topic',
        ({ lagSeconds }) => lagSeconds,
      ],
    ];
    for (const [name, help, value] of gauges) {
      metrics.gauge(`flowledger_relay_${name}`, help, [], async (gauge) => {
        const standing = await this.read().catch(() => null);
        gauge.remove();
        if (standing !== null) gauge.set(value(standing));
      });
    }
  }

  /** Null where there is no Kafka. */
  async read(): Promise<RelayStanding | null> {
    const { kafka } = this.settings;
    if (kafka === null) return null;
    const [row]: Row[] = await this.database.query(standingSql, [kafka.topic, offices.relay]);
    if (row === undefined) throw new Error('the ledger has no head row');
    const { held, ...standing } = row;
    const working = standing.fault === null ? 'publishing' : 'hindered';
    return { topic: kafka.topic, ...standing, state: held ? working : 'vacant' };
  }
}
