import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Check } from './check';
import { HealthRegistry } from './health-registry';

// Whole days, as the read model has them: an old call without a price is no news.
const unpricedSql = `
select sum(unpriced_calls)::text as calls, (array_agg(distinct model order by model))[1:4] as models
from read.roi_totals
where day >= (clock_timestamp() at time zone 'UTC')::date - 1 and unpriced_calls > 0`;

interface Unpriced {
  /** Null where there are none. */
  readonly calls: string | null;
  /** The first four. */
  readonly models: readonly string[] | null;
}

const shown = 3;

/** Model calls of today and yesterday (UTC) that cost nothing because nobody knows their price. */
export const unpricedCheck = ({ calls, models }: Unpriced): Check => {
  if (calls === null || models === null) return { status: 'healthy' };
  const names = models.slice(0, shown).join(', ') + (models.length > shown ? ' and others' : '');
  return {
    status: 'degraded',
    detail: `${calls} calls of today and yesterday have no price: ${names}`,
  };
};

/** How far the figures of costs and benefits can be relied on, besides their read models. */
@Injectable()
export class RoiHealth {
  constructor(
    registry: HealthRegistry,
    @InjectDataSource() private readonly database: DataSource,
  ) {
    registry.add('roi', 'unpriced-calls', () => this.unpriced());
  }

  private async unpriced(): Promise<Check> {
    const [found] = await this.database.query<[Unpriced]>(unpricedSql);
    return unpricedCheck(found);
  }
}
