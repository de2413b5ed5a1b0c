/**
 * What some generations ($1: text[]) have parked of some streams ($2: text[]), with the events: all where
 * something is to be tried again ($3: text[]); of others what is left out, and the first that waits.
 */
export const parkedEventsSql = `
with theirs as (
  select generation, position, stream, cause, skipped,
    row_number() over (partition by generation, stream, skipped order by position) as place
  from ops.parked where generation = any ($1::text[]) and stream = any ($2::text[])
)
select p.generation, p.cause, p.skipped, e.position, e.stream, e.version, e.event_id, e.type, e.schema_version, e.data,
  e.deployment_id, e.correlation_id, e.causation_id, e.actor, e.occurred_at, e.recorded_at
from theirs p join ledger.events e on e.position = p.position
where p.skipped or p.place = 1 or p.stream = any ($3::text[])
order by p.position`;

/** Parks events ($2: JSON), or says anew what is to become of parked ones. */
export const parkSql = `
insert into ops.parked as p (generation, position, stream, cause, skipped)
select $1, position, stream, cause, skipped
from json_to_recordset($2) as fresh (position bigint, stream text, cause text, skipped boolean)
on conflict (generation, position) do update set cause = excluded.cause, skipped = excluded.skipped`;

export const unparkSql = `
delete from ops.parked where generation = $1 and position = any ($2::bigint[])`;
