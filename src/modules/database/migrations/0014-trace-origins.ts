import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = `
-- The spans under which the events of a commit were recorded, for whoever brings them on: a row for each
-- commit with any, each append with the position of its first event and how many it has. No part of the
-- ledger: not in its hashes, pruned once read, and lost by a crash of the database, as it costs no log so.
create unlogged table ops.trace_origins (
  last_position bigint      primary key, -- of the commit
  positions     bigint[]    not null,
  events        integer[]   not null,
  traceparents  text[]      not null,
  tracestates   text[]      not null,    -- empty where there is none
  recorded_at   timestamptz not null default clock_timestamp()
);
alter table ops.trace_origins alter column traceparents set storage external;
`;

const rights = `grant select, insert, delete on ops.trace_origins to flowledger_app`;

export class TraceOrigins1764000000014 implements MigrationInterface {
  readonly name = 'TraceOrigins1764000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
    await runner.query(rights);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
