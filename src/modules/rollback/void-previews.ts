import { Inject, Injectable } from '@nestjs/common';
import { voidableCategories } from '../../events/voiding';
import { seesVoidable } from '../../projections/projection';
import type { Projection } from '../../projections/projection';
import { Generations } from '../projector/generations';
import { PROJECTIONS } from '../projector/projections.token';
import type { RollbackPlan } from './rollback.schemas';
import { streamsSql } from './void-streams';
import { VoidTotals, foldedAtMost } from './void-totals';

const countsSql = `${streamsSql}
select type, count(*)::float8 as count from void group by type order by count(*) desc, type`;

const rowsSql = `${streamsSql}
select substring(stream from $3) as category,
  count(*) filter (where stream in (select stream from begun))::float8 as gone,
  count(*) filter (where stream not in (select stream from begun))::float8 as changed
from (select distinct stream from void) touched group by 1`;

const patterns = voidableCategories.map((category) => `${category}-%`);

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
    private readonly totals: VoidTotals,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
  ) {}

  /** How many events would be void, by type. */
  async eventsOf(deploymentId: string): Promise<Preview['events']> {
    const counts = await this.countsOf(deploymentId);
    return Object.fromEntries(counts.map(({ type, count }) => [type, count]));
  }

  async of(deploymentId: string): Promise<Preview> {
    const counts = await this.countsOf(deploymentId);
    const values = [deploymentId, patterns];
    const seeing = this.projections.filter(seesVoidable);
    const events = counts.reduce((sum, { count }) => sum + count, 0);
    // Where that many are void, no fewer would be read.
    const totals =
      events > foldedAtMost ? null : await this.totals.of(deploymentId, patterns, seeing);
    const category = `^(${voidableCategories.join('|')})-`;
    const rows = await this.generations.ask<Rows>(rowsSql, [...values, category]);
    return {
      events: Object.fromEntries(counts.map(({ type, count }) => [type, count])),
      streams: Object.fromEntries(
        rows.filter(({ gone }) => gone > 0).map(({ category, gone }) => [category, gone]),
      ),
      projections: seeing.map((projection) => {
        const { name } = projection;
        const own = { projection: name, totals: totals && [...(totals.get(name) ?? [])] };
        if (projection.kind === 'entity') {
          const { gone = 0, changed = 0 } =
            rows.find(({ category }) => category === projection.category) ?? {};
          return { ...own, rowsGone: gone, rowsChanged: changed };
        }
        const counted = counts.filter(({ type }) => Object.hasOwn(projection.contributes, type));
        const eventsNotCounted = counted.reduce((sum, { count }) => sum + count, 0);
        return { ...own, eventsNotCounted };
      }),
    };
  }

  private countsOf(deploymentId: string): Promise<{ type: string; count: number }[]> {
    return this.generations.ask(countsSql, [deploymentId, patterns]);
  }
}
