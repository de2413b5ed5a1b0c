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

/** The checkpoints of a generation ($1) that has everything up to a position ($3); $2 partitions. */
export const addCheckpointsSql = `
with whole as (insert into ops.ledger_checkpoints (generation, position) values ($1, $3))
insert into ops.partition_checkpoints (generation, partition, position)
select $1, partition, $3 from generate_series(0, $2::integer - 1) as partition`;

export const clearCheckpointsSql = `
with whole as (delete from ops.ledger_checkpoints where generation = $1)
delete from ops.partition_checkpoints where generation = $1`;

export const setStateSql = `
update ops.generations
set state = $2, live_until = case when $2 = 'warm' then clock_timestamp() end where id = $1`;

export const dropSoonSql = `update ops.generations set state = 'dropping' where id = any ($1::text[]) and state <> 'live'`;

export const notifySql = `select pg_notify($1, '')`;

export const checkpointsSql = `
select partition, position from ops.checkpoints where generation = $1 and partition = any ($2::integer[])`;

/*
 * Passed before the rows below are locked. A row that is shared can be shared on and on, past whoever
 * waits to have it alone: under a load of two lots, a cutover waited for seconds or for ever. Here
 * whoever comes later waits behind.
 */
const gateSql = (lock: string): string => `
select ${lock}(hashtextextended(generation, 7306101134))
from (select generation from unnest($1::text[]) as generation order by generation) as ordered`;

/** Nobody else is past the gates of these generations ($1: text[]) until the transaction is over. */
export const closeGatesSql = gateSql('pg_advisory_xact_lock');

/** Nobody closes them until then. */
export const passGatesSql = gateSql('pg_advisory_xact_lock_shared');

// Locked in one order everywhere, so that two that lock several cannot deadlock.
const wholeSql = `
select generation, position from ops.ledger_checkpoints where generation = any ($1::text[]) order by generation`;

/** Until the transaction is over, nobody else moves these generations ($1: text[]) on, by either feed. */
export const lockGenerationsSql = `${wholeSql} for no key update`;

/** Until then, they are moved on by partition only. */
export const shareGenerationsSql = `${wholeSql} for share`;

export const lockPartitionsSql = `
select generation, partition, position from ops.partition_checkpoints
where generation = any ($1::text[]) and partition = any ($2::integer[])
order by generation, partition for update`;

/** The partitions of locked generations that Kafka has brought further than the ledger feed. */
export const aheadSql = `
select generation, p.partition, p.position
from ops.ledger_checkpoints l join ops.partition_checkpoints p using (generation)
where generation = any ($1::text[]) and p.position > l.position`;

/** Moves some generations on to a position ($2) of the ledger. */
export const advanceGenerationsSql = `
update ops.ledger_checkpoints set position = greatest(position, $2::bigint) where generation = any ($1::text[])`;

/** Moves partitions ($2: integer[]) of some generations on to positions of their own ($3: bigint[]). */
export const advancePartitionsSql = `
update ops.partition_checkpoints c set position = greatest(c.position, reached.position)
from unnest($2::integer[], $3::bigint[]) as reached (partition, position)
where c.generation = any ($1::text[]) and c.partition = reached.partition`;

/**
 * Up to where a generation has all of a partition, by its checkpoint `c` and the relay's row `r`, where there
 * is one. Where the checkpoint has reached the last event that was sent to the partition, there is nothing
 * more in it up to the relay's position.
 */
const reachedSql = `
case when c.position >= r.last[c.partition + 1] then greatest(c.position, r.position) else c.position end`;

/**
 * How far those generations are, contiguously, that a condition on `g` holds of ($1: the topic). A partition
 * in which there is nothing more holds nobody back.
 */
export const positionsWhereSql = (condition: string): string => `
select g.id, g.projection, g.version, g.state, g.rebuild, g.epoch, g.without,
  min(${reachedSql}) as position
from ops.generations g
join ops.checkpoints c on c.generation = g.id
left join ops.relay r on r.topic = $1
where ${condition}
group by g.id`;

/** How far all are that are fed. */
export const positionsSql = positionsWhereSql(`g.state in ('building', 'live', 'warm')`);

/** In how many partitions a generation ($2) is behind another ($3), by a topic ($1) where there is one. */
export const partitionsBehindSql = `
with reached as (
  select c.generation, c.partition, ${reachedSql} as position
  from ops.checkpoints c left join ops.relay r on r.topic = $1
  where c.generation in ($2, $3)
)
select count(*)::integer as partitions
from reached own join reached other using (partition)
where own.generation = $2 and other.generation = $3 and own.position < other.position`;

/** The checkpoints of some generations ($1: text[]), and the last event sent to each partition. */
export const progressSql = `
select c.generation, c.partition, c.position, coalesce(r.last[c.partition + 1], 0) as published
from ops.checkpoints c
left join ops.relay r on r.topic = $2
where c.generation = any ($1::text[])`;
