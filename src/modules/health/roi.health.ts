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

/** What the book says of this moment, by kind. */
const bookSql = `
select count(*) filter (where kind = 'price')::integer as prices,
  count(*) filter (where kind = 'benchmark')::integer as benchmarks,
  count(*) filter (where kind = 'hourly-rate')::integer as rates
from read.price_book where effective_from <= clock_timestamp()`;

interface Book {
  readonly prices: number;
  readonly benchmarks: number;
  readonly rates: number;
}

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

/** Whether calls can be priced, and hours be told in money: a book without a kind of facts cannot. */
export const bookCheck = ({ prices, benchmarks, rates }: Book): Check => {
  const missing = [
    ...(prices === 0 ? ['prices'] : []),
    ...(benchmarks === 0 ? ['benchmarks'] : []),
    ...(rates === 0 ? ['an hourly rate'] : []),
  ];
  if (missing.length === 0) return { status: 'healthy' };
  return { status: 'degraded', detail: `the price book lacks ${missing.join(', ')}` };
};

/** How far the figures of costs and benefits can be relied on, besides their read models. */
@Injectable()
export class RoiHealth {
  constructor(
    registry: HealthRegistry,
    @InjectDataSource() private readonly database: DataSource,
  ) {
    registry.add('roi', 'prices', () => this.book());
    registry.add('roi', 'unpriced-calls', () => this.unpriced());
  }

  private async book(): Promise<Check> {
    const [found] = await this.database.query<[Book]>(bookSql);
    return bookCheck(found);
  }

  private async unpriced(): Promise<Check> {
    const [found] = await this.database.query<[Unpriced]>(unpricedSql);
    return unpricedCheck(found);
  }
}
