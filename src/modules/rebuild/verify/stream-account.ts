import type { Entity } from '../../../projections/projection';
import { sqlName } from '../../projector/table';
import { sentence } from '../../proof/read-models/refolding';
import type { ModelStanding } from '../../proof/read-models/refolding';
import type { Snapshot } from '../../database/snapshot';
import type { LedgerTail } from './ledger-tail';
import { begunVoidSql } from './void-events.sql';

const namedAtMost = 20;

/**
 * Each stream of a category ($1) with how many of its events its row has to stand behind, and the
 * version that its row stands at. Not those that are parked or not met yet ($2, $3: by stream how many),
 * and no stream that has no row, for it began void or its first event is left out ($4).
 */
const accountSql = (
  { key }: Entity,
  table: string,
  voidings: ModelStanding['model']['voidings'],
): string => `
with begun as (${begunVoidSql(voidings)}),
counted as (
  select stream, count(*) as events from ledger.events where starts_with(stream, $1) group by stream
),
due as (
  select c.stream, c.events - coalesce(a.events, 0) as version from counted c
  left join unnest($2::text[], $3::bigint[]) as a (stream, events) on a.stream = c.stream
  where c.events > coalesce(a.events, 0)
    and not exists (select from unnest($4::text[]) as r (stream) where r.stream = c.stream)
    and not exists (select from begun b where b.stream = c.stream)
),
account as (
  select coalesce(d.stream, f.stream) as stream, d.version as due, f.version as found
  from due d full join (select $1 || ${sqlName(key)} as stream, stream_version as version from ${table}) f
    on f.stream = d.stream
)`;

const totalsSql = `
select count(due)::float8 as streams, coalesce(sum(due), 0)::float8 as events,
  (select coalesce(sum(events), 0) from counted)::float8 as concerning,
  count(*) filter (where due is distinct from found)::float8 as wrong
from account`;

const wrongSql = `
select stream, due::float8, found::float8 from account
where due is distinct from found order by stream limit ${namedAtMost}`;

interface Wrong {
  readonly stream: string;
  readonly due: number | null;
  readonly found: number | null;
}

const detailOf = ({ stream, due, found }: Wrong): string => {
  if (due === null) return `${stream} has a row, but no event that counts`;
  if (found === null) return `${stream} has no row, but ${due} events that count`;
  return `the row of ${stream} stands at version ${found}; ${due} of its events count`;
};

export interface StreamAccount {
  /** That have to have a row. */
  readonly streams: number;
  /** That count. */
  readonly events: number;
  /** With those that are parked, void, or not met yet. */
  readonly concerning: number;
}

/**
 * Counts the events of each stream, and names those whose row stands at another version: it is
 * missing, there without cause, has lost an event or met one twice.
 */
export const accountForStreams = async (
  snapshot: Snapshot,
  projection: Entity,
  { model, faults }: ModelStanding,
  { aheadByStream }: LedgerTail,
): Promise<StreamAccount> => {
  const [table] = model.tables;
  if (table === undefined) return { streams: 0, events: 0, concerning: 0 };
  const apart = model.parked.waitingByStream();
  for (const [stream, events] of aheadByStream) {
    apart.set(stream, (apart.get(stream) ?? 0) + events);
  }
  const account = accountSql(projection, table.name, model.voidings);
  const rowless = [...model.parked.rowless];
  const values = [`${projection.category}-`, [...apart.keys()], [...apart.values()], rowless];
  const [totals] = await snapshot.ask<StreamAccount & { wrong: number }>(
    account + totalsSql,
    values,
  );
  const { streams = 0, events = 0, concerning = 0, wrong = 0 } = totals ?? {};
  if (wrong > 0) {
    const named = await snapshot.ask<Wrong>(account + wrongSql, values);
    for (const one of named) faults.add(sentence('changed', table.name, detailOf(one)));
    faults.addUnnamed(wrong - named.length);
  }
  return { streams, events, concerning };
};
