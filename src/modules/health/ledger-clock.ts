import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Metrics } from '../metrics/metrics';

/** How the moment of the last event stands to the clock of the database. */
export interface ClockStanding {
  /** 0 where it has passed. */
  readonly aheadSeconds: number;
  readonly recordedAt: string;
}

const standingSql = `
select greatest(extract(epoch from recorded_at - clock_timestamp()), 0)::float8 as "aheadSeconds",
  to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "recordedAt"
from ledger.head`;

/**
 * Tells whether the ledger is ahead of the clock: no event is recorded before the last one, so a clock
 * that was ahead for a moment has all that follows recorded at that time, until it has come.
 */
@Injectable()
export class LedgerClock {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    metrics: Metrics,
  ) {
    metrics.gauge(
      'flowledger_ledger_ahead_seconds',
      'How far the last event was recorded ahead of the clock of the database; 0 where it was not',
      [],
      async (gauge) => {
        const standing = await this.read().catch(() => null);
        gauge.remove();
        if (standing !== null) gauge.set(standing.aheadSeconds);
      },
    );
  }

  async read(): Promise<ClockStanding> {
    const [standing]: ClockStanding[] = await this.database.query(standingSql);
    if (standing === undefined) throw new Error('the ledger has no head row');
    return standing;
  }
}
