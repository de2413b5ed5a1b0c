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

/** Merges the histograms of totals; its twin in memory is mergeHistograms in src/projections. */
const histograms = `
create function read.merge_histograms(a bigint[], b bigint[]) returns bigint[]
language sql immutable parallel safe
as $$
  select coalesce(array_agg(coalesce(l, 0) + coalesce(r, 0) order by bucket), '{}')
  from unnest(a, b) with ordinality as pairs (l, r, bucket)
$$;
create aggregate read.merge_histograms(bigint[]) (
  sfunc = read.merge_histograms, stype = bigint[], initcond = '{}', parallel = safe
);
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
    await runner.query(histograms);
    await runner.query(rights);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
