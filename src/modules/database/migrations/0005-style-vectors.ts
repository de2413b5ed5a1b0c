import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = `
create schema style; -- what is derived from the style memory, and can be made again

-- Every change of a vector has a number, so that whoever searches reads only what is new to him.
create sequence style.vector_changes;

-- The vectors of a paragraph's parts, one after the other, a byte for each number; kept when the
-- paragraph is removed, in case that it comes back.
create table style.vectors (
  model        text     not null,
  content_hash text     not null,
  dimensions   integer  not null,
  parts        bytea    not null,
  present      boolean  not null,
  change       bigint   not null default nextval('style.vector_changes'),
  primary key (model, content_hash)
);
alter table style.vectors alter column parts set storage external; -- compressing it is in vain
create unique index vectors_by_change on style.vectors (model, change);

-- How far the vectors of a model are.
create table style.indexing (
  model    text        primary key,
  pending  integer     not null default 0, -- paragraphs that have none yet
  paused   boolean     not null default false,
  moved_at timestamptz not null default now()
) with (fillfactor = 50);
`;

const rights = `
grant usage on schema style to flowledger_app;
grant usage on sequence style.vector_changes to flowledger_app;
grant select, insert, update, delete on style.vectors, style.indexing to flowledger_app;
`;

export class StyleVectors1764000000005 implements MigrationInterface {
  readonly name = 'StyleVectors1764000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
    await runner.query(rights);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
