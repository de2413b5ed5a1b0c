import type { ModelStanding } from '../../proof/read-models/refolding';
import type { Snapshot } from '../../database/snapshot';
import type { LedgerTail } from './ledger-tail';
import { begunVoidSql, isVoidSql } from './void-events.sql';

interface Counted {
  readonly type: string;
  readonly events: number;
}

const countsSql = `
select type, count(*)::float8 as events from ledger.events where position <= $1 group by type`;

const parkedSql = `
select e.type, count(*)::float8 as events
from ops.parked p join ledger.events e on e.position = p.position
where p.generation = $1 group by e.type`;

/** Of some types ($1), up to a place ($2) and met ($3 are not): what is parked ($4) is counted as such. */
const voidSql = (voidings: ModelStanding['model']['voidings']): string => `
with begun as (${begunVoidSql(voidings)})
select e.type, count(*)::float8 as events from ledger.events e
where e.type = any ($1::text[]) and e.position <= $2 and e.position <> all ($3::bigint[])
  and ${isVoidSql(voidings)}
  and not exists (select from ops.parked p where p.generation = $4 and p.position = e.position)
group by e.type`;

const byType = (counts: readonly Counted[]): Map<string, number> =>
  new Map(counts.map(({ type, events }) => [type, events]));

/** How many events of each type there are, and how many of them a generation's sums have to have. */
export class EventCounts {
  private known: { readonly through: bigint; readonly counts: Map<string, number> } | null = null;

  /** All that a generation has met, by type. What was counted up to `through` once is not again. */
  async met(
    snapshot: Snapshot,
    { fed }: LedgerTail,
    through: bigint,
  ): Promise<Map<string, number>> {
    if (this.known?.through !== through) {
      const counts = byType(await snapshot.ask<Counted>(countsSql, [through]));
      this.known = { through, counts };
    }
    const counts = new Map(this.known.counts);
    for (const [type, events] of fed) counts.set(type, (counts.get(type) ?? 0) + events);
    return counts;
  }

  /** The same of some types, less what is parked or void. */
  async counting(
    snapshot: Snapshot,
    met: ReadonlyMap<string, number>,
    types: readonly string[],
    { model }: ModelStanding,
    { ahead }: LedgerTail,
  ): Promise<Map<string, number>> {
    const { generation, frontier, voidings } = model;
    const parked = byType(await snapshot.ask<Counted>(parkedSql, [generation]));
    const values = [types, frontier.most, ahead, generation];
    const isVoid = voidings.any
      ? byType(await snapshot.ask<Counted>(voidSql(voidings), values))
      : new Map<string, number>();
    return new Map(
      types.map((type) => [
        type,
        (met.get(type) ?? 0) - (parked.get(type) ?? 0) - (isVoid.get(type) ?? 0),
      ]),
    );
  }
}
