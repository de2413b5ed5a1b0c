import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = `
create schema personal;

-- The keys that personal fields of events are sealed by, wrapped by a master key that is not in the database.
-- The one table of the application that things are deleted from for good, so it is in no schema of the ledger's.
create table personal.keys (
  subject    text        not null, -- whose it is
  generation integer     not null, -- how often they had been forgotten when it was made
  master     text        not null, -- names the master key
  wrapped    bytea       not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (subject, generation)
);

create index on personal.keys (master);

-- Found without reading the ledger; hardly any event is in it.
create index subject_forgettings on ledger.events (position) where type = 'SubjectForgotten';
`;

const rights = `
grant usage on schema personal to flowledger_app;
grant select, insert, update, delete on personal.keys to flowledger_app`;

export class PersonalKeys1764000000013 implements MigrationInterface {
  readonly name = 'PersonalKeys1764000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
    await runner.query(rights);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('without its keys nothing personal can be read'));
  }
}
