import { Inject, Injectable } from '@nestjs/common';
import { voidableCategories } from '../../events/voiding';
import { seesVoidable } from '../../projections/projection';
import type { Projection } from '../../projections/projection';
import { Generations } from '../projector/generations';
import { PROJECTIONS } from '../projector/projections.token';
import type { RollbackPlan } from './rollback.schemas';

/** Streams that a deployment ($1) wrote to, of the pipeline's kinds ($2: patterns): how many of its own events, and of all. */
const streamsSql = `
with own as materialized (
  select stream, type, version from ledger.events where deployment_id = $1 and stream like any ($2::text[])
), begun as (
  select stream from own where version = 1
), void as (
  select stream, type from own where stream not in (select stream from begun)
  union all
  select e.stream, e.type from begun join ledger.events e on e.stream = begun.stream
)`;

const countsSql = `${streamsSql}
select type, count(*)::float8 as count from void group by type order by count(*) desc, type`;

const rowsSql = `${streamsSql}
select substring(stream from $3) as category,
  count(*) filter (where stream in (select stream from begun))::float8 as gone,
  count(*) filter (where stream not in (select stream from begun))::float8 as changed
from (select distinct stream from void) touched group by 1`;

interface Rows {
  readonly category: string;
  readonly gone: number;
  readonly changed: number;
}

type Preview = NonNullable<RollbackPlan['voids']>;

/** What would be void if a deployment were voided now. */
@Injectable()
export class VoidPreviews {
  constructor(
    private readonly generations: Generations,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
  ) {}

  async of(deploymentId: string): Promise<Preview> {
    const values = [deploymentId, voidableCategories.map((category) => `${category}-%`)];
    const counts = await this.generations.ask<{ type: string; count: number }>(countsSql, values);
    const category = `^(${voidableCategories.join('|')})-`;
    const rows = await this.generations.ask<Rows & object>(rowsSql, [...values, category]);
    return {
      events: Object.fromEntries(counts.map(({ type, count }) => [type, count])),
      streams: Object.fromEntries(
        rows.filter(({ gone }) => gone > 0).map(({ category, gone }) => [category, gone]),
      ),
      projections: this.projections.filter(seesVoidable).map((projection) => {
        const { name } = projection;
        if (projection.kind === 'entity') {
          const own = rows.find(({ category }) => category === projection.category);
          return { projection: name, rowsGone: own?.gone ?? 0, rowsChanged: own?.changed ?? 0 };
        }
        const counted = counts.filter(({ type }) => Object.hasOwn(projection.contributes, type));
        const events = counted.reduce((sum, { count }) => sum + count, 0);
        return { projection: name, eventsNotCounted: events };
      }),
    };
  }
}
