import type { MigrationInterface, QueryRunner } from 'typeorm';

/*
 * filling -> building -> live <-> warm -> (dropped, with its row)
 * fixed     -> (dropped)
 */
const schema = `
alter table ops.generations
  drop constraint generations_state_check,
  add constraint generations_state_check check (state in (
    'filling',  -- a bulk fold writes its tables, nobody else
    'building', -- fed, and not yet live
    'live',     -- what \`read\` shows
    'warm',     -- was live and is still fed
    'fixed',    -- stands at one position for ever
    'dropping'  -- about to go: nobody is to feed or read it any more
  )),
  add column rebuild    text, -- which made it; null for the first ones of a database
  add column live_until timestamptz, -- of a warm one
  add column fixed_at   bigint,      -- of a past moment: the position it stands at
  add column used_at    timestamptz; -- and when somebody asked for it last

-- Rebuilds and ways back, found without reading the ledger; hardly any event is in it.
create index rebuild_starts on ledger.events (position) where type in ('RebuildStarted', 'ProjectionReverted');

-- How far a rebuild is with its one pass over the ledger.
create table ops.rebuilds (
  rebuild   text        primary key,
  through   bigint      not null, -- the pass goes up to and with this position
  total     bigint      not null, -- events in it
  done      bigint      not null default 0,
  fault     text,                 -- why it does not move, while it does not
  -- Since when, and from which count on, it was last at work without a break: what its rate is told by.
  run_since timestamptz not null default clock_timestamp(),
  run_from  bigint      not null default 0,
  moved_at  timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

-- Each step of a rebuild, of all its projections ('') or of one.
create table ops.rebuild_steps (
  rebuild    text        not null,
  projection text        not null,
  step       text        not null,
  generation text,
  began_at   timestamptz not null default clock_timestamp(),
  ended_at   timestamptz,
  detail     json,
  primary key (rebuild, projection, step)
);
`;

const rights = `
grant select, insert, update, delete on ops.rebuilds, ops.rebuild_steps to flowledger_app`;

export class Rebuilds1764000000007 implements MigrationInterface {
  readonly name = 'Rebuilds1764000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
    await runner.query(rights);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
