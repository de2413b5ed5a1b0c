import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = `
create schema ledger;

create table ledger.events (
  position       bigint      primary key,
  stream         text        not null,
  version        integer     not null,
  event_id       uuid        not null,
  type           text        not null,
  schema_version smallint    not null,
  data           json        not null, -- json, not jsonb: the text is kept as written
  deployment_id  text        not null,
  correlation_id text        not null,
  causation_id   text,
  actor          text        not null,
  occurred_at    timestamptz not null,
  recorded_at    timestamptz not null,
  digest         bytea       not null,
  unique (stream, version)
);

-- One row per commit: the hash chain. The recipe of digest and hash is in src/modules/ledger/seal.ts.
create table ledger.commits (
  last_position  bigint      primary key,
  first_position bigint      not null,
  hash           bytea       not null,
  recorded_at    timestamptz not null
);

-- The single row every commit holds while it runs: it makes the order dense and total.
create table ledger.head (
  singleton         boolean     primary key default true check (singleton),
  position          bigint      not null,
  hash              bytea       not null,
  recorded_at       timestamptz not null,
  active_deployment text        not null
) with (fillfactor = 10); -- room for updates within the page, so that no index entry is ever added

insert into ledger.head (position, hash, recorded_at, active_deployment)
values (0, sha256('flowledger'), '2000-01-01 00:00:00+00', 'initial');

-- Commands already seen, by whoever issued them: what makes a repeated command safe.
create table ledger.commands (
  actor       text    not null,
  key         text    not null,
  body_hash   bytea   not null,
  stream      text    not null,
  version     integer not null,
  position    bigint  not null,
  event_count integer not null,
  primary key (actor, key)
);
`;

/** The application may add to the ledger, never change or take away. */
const rights = `
do $$ begin
  if not exists (select from pg_roles where rolname = 'flowledger_app') then
    create role flowledger_app nologin;
    -- Whoever makes a role may not yet act as it (PostgreSQL 16 and later).
    execute format('grant flowledger_app to %I', current_user);
  end if;
end $$;
grant usage on schema ledger to flowledger_app;
grant select, insert on ledger.events, ledger.commits, ledger.commands to flowledger_app;
grant select, update on ledger.head to flowledger_app;
`;

export class Ledger1764000000001 implements MigrationInterface {
  readonly name = 'Ledger1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(rights);
  }

  async down(): Promise<void> {
    // A ledger is not undone.
    await Promise.reject(new Error('the ledger cannot be taken away by a migration'));
  }
}
