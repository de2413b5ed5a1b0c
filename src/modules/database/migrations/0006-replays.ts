import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = `
-- Up to where a replay is on its topic. What stands between its bounds was counted when it began.
create table ops.replays (
  replay         text        primary key,
  after_position bigint      not null, -- behind this position
  end_position   bigint      not null, -- up to and with this one
  total          bigint      not null,
  position       bigint      not null, -- all of the scope up to here is on the topic
  sent           bigint      not null default 0,
  last           bigint[]    not null, -- by partition, the last position sent to it
  last_sent      bigint,               -- the last of them all
  fault          text,                 -- why it does not move, while it does not
  -- Since when, and from which count on, it was last at work without a break: what its rate is told by.
  run_since      timestamptz not null default clock_timestamp(),
  run_from       bigint      not null default 0,
  moved_at       timestamptz not null default clock_timestamp()
) with (fillfactor = 50);
`;

const rights = `grant select, insert, update, delete on ops.replays to flowledger_app`;

export class Replays1764000000006 implements MigrationInterface {
  readonly name = 'Replays1764000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
    await runner.query(rights);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
