import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = `
create schema read; -- the stable views that analysts query
create schema ops;  -- where each long-lived process keeps its place

-- What was decided once for this database.
create table ops.settings (
  name  text primary key,
  value text not null
);

-- One built copy of a projection, in a schema of its own.
create table ops.generations (
  id         text        primary key, -- also the name of its schema
  projection text        not null,
  version    integer     not null,
  state      text        not null check (state in ('building', 'live', 'warm')),
  created_at timestamptz not null default now()
);
create unique index one_live_generation on ops.generations (projection) where state = 'live';

-- Up to where a generation has applied the events of a partition.
create table ops.checkpoints (
  generation text    not null references ops.generations (id) on delete cascade,
  partition  integer not null,
  position   bigint  not null,
  primary key (generation, partition)
) with (fillfactor = 50);

-- The event a generation cannot apply, while it cannot.
create table ops.faults (
  generation text        not null references ops.generations (id) on delete cascade,
  partition  integer     not null,
  position   bigint      not null,
  stream     text        not null,
  type       text        not null,
  cause      text        not null,
  since      timestamptz not null default now(),
  primary key (generation, partition)
);

-- Up to where the ledger is on the topic; \`last\` has the last position sent to each partition.
create table ops.relay (
  topic    text     primary key,
  position bigint   not null,
  last     bigint[] not null,
  fault    text, -- why it does not move, while it does not
  moved_at timestamptz not null default now()
) with (fillfactor = 50);
`;

/** What a histogram of totals says; its twin in memory is `quantile` in src/projections/histogram.ts. */
const quantile = `
create function read.quantile(histogram numeric, q double precision) returns double precision
language sql immutable strict parallel safe
as $$
  with padded as (
    select lpad(h, 12 * ((length(h) + 11) / 12), '0') as digits from (select histogram::text as h) h
  ), counts as (
    select bucket, substr(digits, length(digits) - 12 * bucket - 11, 12)::numeric as count
    from padded, generate_series(0, length(digits) / 12 - 1) bucket
  ), ranked as (
    select bucket, sum(count) over (order by bucket) as seen, sum(count) over () as total from counts
  )
  select round((case when bucket = 0 then 0
    else 2 * (1.05 / 0.95) ^ (bucket - 1) / (1.05 / 0.95 + 1) end)::numeric, 1)::float8
  from ranked where total > 0 and seen >= greatest(1, ceil(q * total::float8)) order by bucket limit 1
$$;
`;

const rights = `
grant usage, create on schema read to flowledger_app;
grant usage on schema ops to flowledger_app;
grant select, insert, update, delete on all tables in schema ops to flowledger_app;
do $$ begin
  execute format('grant create on database %I to flowledger_app', current_database());
end $$;
`;

export class ReadModels1764000000002 implements MigrationInterface {
  readonly name = 'ReadModels1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
    await runner.query(quantile);
    await runner.query(rights);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
