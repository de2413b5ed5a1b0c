import { eventColumns } from '../../ledger/ledger.sql';

/*
 * What `page` selects, cut off behind the row that brings its data to $1 bytes: no answer holds more
 * than that and one event, however large events are. `found` is how many there were uncut.
 */
const cutSql = (page: string, order: 'position' | 'version'): string => `
select ${eventColumns}, found from (
  select page.*, count(*) over ()::integer as found,
    sum(octet_length(data::text)) over (order by ${order}) - octet_length(data::text) as before
  from (${page}) as page
) as sized where before < $1 order by ${order}`;

export const endSql = `select position from ledger.head`;

export const oneSql = `select ${eventColumns} from ledger.events where position = $1`;

const matchesSql = `($4::text[] is null or type = any ($4)) and ($5::text[] is null or deployment_id = any ($5))`;

/** Behind position $2 up to $3, in the order of the primary key. */
export const scanSql = cutSql(
  `select ${eventColumns} from ledger.events
  where position > $2 and position <= $3 and ${matchesSql} and ($6::text[] is null or stream = any ($6))
  order by position limit $7`,
  'position',
);

/*
 * The same by the index on streams. Materialized: the planner, who hopes to find enough of them soon,
 * would rather walk the primary key, past millions of others.
 */
export const scanStreamsSql = cutSql(
  `with own as materialized (
    select position, type, deployment_id from ledger.events where stream = any ($6::text[])
  )
  select ${eventColumns} from ledger.events
  where position in (
    select position from own where position > $2 and position <= $3 and ${matchesSql}
    order by position limit $7
  )`,
  'position',
);

const named = `($3::text[] is null or type = any ($3)) and ($4::text[] is null or deployment_id = any ($4))`;

/** How many events of each type lie behind position $1 up to $2. */
export const countsSql = `
select type, count(*)::float8 as events from ledger.events
where position > $1 and position <= $2 and ${named} group by type`;

/** The same of streams $5, by their index; materialized as above. */
export const countsOfStreamsSql = `
with own as materialized (
  select position, type, deployment_id from ledger.events where stream = any ($5::text[])
)
select type, count(*)::float8 as events from own
where position > $1 and position <= $2 and ${named} group by type`;

/** Of stream $4, behind version $2 up to $3. */
export const streamSql = cutSql(
  `select ${eventColumns} from ledger.events
  where stream = $4 and version > $2 and version <= $3 order by version limit $5`,
  'version',
);

export const versionSql = `
select version from ledger.events where stream = $1 order by version desc limit 1`;

/*
 * The first position recorded at $1 or later, or the one behind the end. Positions are dense and
 * recorded_at never decreases with them, so halving finds it in some twenty looks at the primary
 * key: an index on recorded_at would cost every append.
 */
export const boundarySql = `
with recursive search (low, high) as (
  select 1::bigint, position + 1 from ledger.head
  union all
  select
    case when e.recorded_at < $1::timestamptz then middle + 1 else low end,
    case when e.recorded_at < $1::timestamptz then high else middle end
  from search
  cross join lateral (select (low + high) / 2 as middle) as halved
  join ledger.events e on e.position = middle
  where low < high
)
select low::text as position, head.recorded_at >= $1::timestamptz as "isSettled"
from search cross join ledger.head where low = high`;
