const commitWith = (besides: string): string => `
with moved as (
  update ledger.head set position = $3, hash = $4, recorded_at = $5, active_deployment = $25, voided = $26
  where position = $1 and hash = $2
    and recorded_at <= $5 -- a time that was asked for meanwhile stays settled
  returning true
), recorded as (
  insert into ledger.events (position, stream, version, event_id, type, schema_version, data, deployment_id,
    correlation_id, causation_id, actor, occurred_at, recorded_at, digest)
  select $1::bigint + place, stream, version, event_id, type, schema_version, data, deployment_id,
    correlation_id, nullif(causation_id, ''), actor, occurred_at, $5, digest
  from moved, unnest($6::text[], $7::integer[], $8::uuid[], $9::text[], $10::smallint[], $11::json[], $12::text[],
    $13::text[], $14::text[], $15::text[], $16::timestamptz[], $17::bytea[])
    with ordinality as fresh (stream, version, event_id, type, schema_version, data, deployment_id,
      correlation_id, causation_id, actor, occurred_at, digest, place)
), kept as (
  insert into ledger.commands (actor, key, body_hash, stream, version, position, event_count)
  select used.* from moved, unnest($18::text[], $19::text[], $20::bytea[], $21::text[], $22::integer[],
    $23::bigint[], $24::integer[]) as used
), chained as (
  insert into ledger.commits (last_position, first_position, hash, recorded_at)
  select $3, $1::bigint + 1, $4, $5 from moved where $3 > $1
)${besides}
select pg_notify('ledger', $3::text) from moved`;

/** The head as this process last knew it decides: if anyone else committed since, nothing happens. */
export const commitSql = commitWith('');

/** The same with the spans that events were recorded under, for whoever brings them on. */
export const tracedCommitSql = commitWith(`, traced as (
  insert into ops.trace_origins (last_position, positions, events, traceparents, tracestates)
  select $3, $27::bigint[], $28::integer[], $29::text[], $30::text[] from moved
)`);

export const headSql = `
select position, hash, recorded_at, active_deployment, voided from ledger.head`;

/** Held until the transaction ends, so that nothing can come between the look and the commit. */
export const lockHeadSql = `${headSql} for update`;

export const versionsSql = `
select asked.stream, coalesce(last.version, 0) as version, head.position, head.voided
from unnest($1::text[]) as asked (stream)
cross join ledger.head head
left join lateral (
  select version from ledger.events e where e.stream = asked.stream order by e.version desc limit 1
) last on true`;

export const firstUsesSql = `
select c.actor, c.key, encode(c.body_hash, 'hex') as body_hash, c.stream, c.version, c.position, c.event_count
from unnest($1::text[], $2::text[]) as asked (actor, key)
cross join lateral (
  select * from ledger.commands c where c.actor = asked.actor and c.key = asked.key limit 1
) c`;

/** What was said of the work of deployments, in order. */
export const voidingsSql = `
select position, deployment_id as "deploymentId", is_voided as "isVoided" from ledger.voidings order by position`;

export const eventColumns = `position, stream, version, event_id, type, schema_version, data, deployment_id,
  correlation_id, causation_id, actor, occurred_at, recorded_at`;
