import { Injectable } from '@nestjs/common';
import { seesVoidable } from '../../projections/projection';
import type { Projection } from '../../projections/projection';
import { Generations } from '../projector/generations';

/** From one generation of a projection to another. */
export interface Way {
  readonly from: string;
  readonly to: string;
}

// By indexes that have hardly any events in them. What a rollback decides since then counts for more.
const lastSql = `
select distinct on (e.stream) substr(e.stream, length('projection-') + 1) as projection,
  e.data ->> 'from' as from, e.data ->> 'to' as to
from ledger.events e
where e.type in ('RebuildStarted', 'ProjectionReverted') and e.type = 'ProjectionReverted'
  and not exists (select from ledger.events r where r.type = 'RollbackStarted' and r.position > e.position)
order by e.stream, e.position desc`;

// The one that was live last, first; of those that know what is void by now, where that matters.
const wayBackSql = `
select live.id as from, warm.id as to from ops.generations live
join ops.generations warm on warm.projection = live.projection and warm.version = $2 and warm.state = 'warm'
where live.projection = $1 and live.state = 'live'
  and (not $3 or warm.epoch >= (select voided from ledger.head))
order by warm.live_until desc nulls last limit 1`;

/** The ways back that were taken, and the one there is. */
@Injectable()
export class RecordedReverts {
  constructor(private readonly generations: Generations) {}

  /** The last that was recorded of each projection, by its name; of those where none was, nothing. */
  async last(): Promise<ReadonlyMap<string, Way>> {
    const rows = await this.generations.ask<Way & { projection: string }>(lastSql, []);
    return new Map(rows.map(({ projection, ...way }) => [projection, way]));
  }

  /** Where a projection could go back to; null where nothing is warm. */
  async wayBack(projection: Projection): Promise<Way | null> {
    const { name, version } = projection;
    const [row] = await this.generations.ask<Way>(wayBackSql, [
      name,
      version,
      seesVoidable(projection),
    ]);
    return row ?? null;
  }
}
