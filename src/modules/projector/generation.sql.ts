const columns = 'id, projection, version, state, rebuild, epoch, without';

export const generationsSql = `select ${columns} from ops.generations order by created_at, id`;

/** The generations to feed, of these projections ($1: text[]) in these versions ($2: integer[]). */
export const fedSql = `
select ${columns} from ops.generations
join unnest($1::text[], $2::integer[]) as known (name, code) on name = projection and code = version
where state in ('building', 'live', 'warm') order by created_at, id`;

/** Its epoch is that of a position ($6), by default of now; it may be without a deployment's work ($7). */
export const addGenerationSql = `
insert into ops.generations (id, projection, version, state, rebuild, epoch, without)
values ($1, $2, $3, $4, $5, (
  select coalesce(max(position), 0) from ledger.voidings where $6::bigint is null or position <= $6), $7)
returning epoch`;

/** The last fact that voided or reinstated work, by position. */
export const epochSql = `select voided as epoch from ledger.head`;

/** The next of some numbers ($1: their name), none of which is given twice; $2 is the first. */
export const nextNumberSql = `
insert into ops.settings as s (name, value) values ($1, $2::text)
on conflict (name) do update set value = (s.value::integer + 1)::text
returning value as number`;

export const addCheckpointsSql = `
insert into ops.checkpoints (generation, partition, position)
select $1, partition, $3 from generate_series(0, $2::integer - 1) as partition`;

export const setStateSql = `
update ops.generations
set state = $2, live_until = case when $2 = 'warm' then clock_timestamp() end where id = $1`;

export const dropSoonSql = `update ops.generations set state = 'dropping' where id = any ($1::text[]) and state <> 'live'`;

export const notifySql = `select pg_notify($1, '')`;

export const checkpointsSql = `
select partition, position from ops.checkpoints where generation = $1 and partition = any ($2::integer[])`;

// In one order everywhere, so that two that lock several cannot deadlock.
export const lockCheckpointsSql = `
select generation, partition, position from ops.checkpoints
where generation = any ($1::text[]) and partition = any ($2::integer[])
order by generation, partition for update`;

/** Moves checkpoints of some generations on. */
export const advanceSql = `
update ops.checkpoints c set position = greatest(c.position, reached.position)
from unnest($2::integer[], $3::bigint[]) as reached (partition, position)
where c.generation = any ($1::text[]) and c.partition = reached.partition`;

/*
 * How far each generation is, contiguously. A partition whose checkpoint has reached the last event
 * that was sent to it holds nobody back: up to the relay's position there is nothing more in it.
 */
export const positionsSql = `
select g.id, g.projection, g.version, g.state, g.rebuild, g.epoch, g.without,
  min(case when c.position >= r.last[c.partition + 1] then greatest(c.position, r.position) else c.position end) as position
from ops.generations g
join ops.checkpoints c on c.generation = g.id
left join ops.relay r on r.topic = $1
where g.state in ('building', 'live', 'warm')
group by g.id`;

/** The checkpoints of some generations ($1: text[]), and the last event sent to each partition. */
export const progressSql = `
select c.generation, c.partition, c.position, coalesce(r.last[c.partition + 1], 0) as published
from ops.checkpoints c
left join ops.relay r on r.topic = $2
where c.generation = any ($1::text[])`;
