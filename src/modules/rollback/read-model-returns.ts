import { Inject, Injectable } from '@nestjs/common';
import { seesVoidable } from '../../projections/projection';
import type { Projection } from '../../projections/projection';
import { PROJECTIONS } from '../projector/projections.token';
import { Generations } from '../projector/generations';
import type { Generation } from '../projector/generations';
import { isOfEpoch } from '../rebuild/epochs';

/** How a read model comes back to what was seen before a deployment went live. */
export interface ReadModelReturn {
  readonly projection: string;
  /** What is live now. */
  readonly from: string | null;
  /** What was live then. */
  readonly to: string | null;
  /**
   * unchanged: it is live still. repoint: it is warm. rebuild: it is gone, and is built anew. renew: it
   * is built anew without what is void.
   * foreign: it is of a version that this code does not know.
   */
  readonly how: 'unchanged' | 'repoint' | 'rebuild' | 'renew' | 'foreign';
}

interface Change {
  readonly projection: string;
  readonly from: string | null;
}

// The first change of each projection since then says what was live before it.
const changesSql = `
select changed.projection, changed."from" from ledger.events e
cross join lateral (
  select g ->> 'projection' as projection, g ->> 'from' as "from"
  from json_array_elements(case e.type
    when 'RebuildCutOver' then e.data -> 'generations'
    when 'RollbackStepTaken' then coalesce(e.data -> 'details' -> 'generations', '[]'::json)
    else '[]'::json end) g
  union all
  select e.data ->> 'projection', e.data ->> 'from' where e.type = 'ProjectionReverted'
) changed
where e.type in ('RebuildCutOver', 'ProjectionReverted', 'RollbackStepTaken') and e.position > $1
order by e.position`;

/** Which generations were live at a position, and how to get back to them. */
@Injectable()
export class ReadModelReturns {
  constructor(
    private readonly generations: Generations,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
  ) {}

  async to(position: string, mode: 'code' | 'data'): Promise<ReadModelReturn[]> {
    const changes = await this.generations.ask<Change>(changesSql, [position]);
    const all = await this.generations.all();
    const epoch = await this.generations.epoch();
    return this.projections.map((projection) => {
      const live = all.find((one) => one.projection === projection.name && one.state === 'live');
      const first = changes.find((change) => change.projection === projection.name);
      const to = first === undefined ? (live?.id ?? null) : first.from;
      const how = howFor(projection, live, to, all, epoch);
      const isRenewed = mode === 'data' && how !== 'foreign' && seesVoidable(projection);
      return {
        projection: projection.name,
        from: live?.id ?? null,
        to,
        how: isRenewed ? 'renew' : how,
      };
    });
  }
}

const howFor = (
  projection: Projection,
  live: Generation | undefined,
  to: string | null,
  all: readonly Generation[],
  epoch: bigint,
): ReadModelReturn['how'] => {
  // A projection that was not there then has nothing to go back to.
  if (to === null || to === live?.id) return 'unchanged';
  const target = all.find(({ id }) => id === to);
  if (target === undefined) return 'rebuild';
  if (target.version !== projection.version) return 'foreign';
  const isUsable = target.state === 'warm' && isOfEpoch(projection, target, epoch);
  return isUsable ? 'repoint' : 'rebuild';
};
