import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = `
-- Events that are not in a generation's rows though its checkpoints have passed them.
create table ops.parked (
  generation text        not null references ops.generations (id) on delete cascade,
  position   bigint      not null,
  stream     text        not null,
  cause      text,             -- null where it waits behind another of its stream, and where it is skipped
  skipped    boolean     not null, -- left out for good
  since      timestamptz not null default clock_timestamp(),
  primary key (generation, position)
);
create index parked_streams on ops.parked (generation, stream);

-- What waits, by stream: of what is seen, and of what may be.
create view read.parked_streams as
select g.projection, p.stream, g.id as generation, g.state, min(p.position) as position,
  (array_agg(e.type order by p.position))[1] as type,
  (array_agg(p.cause order by p.position) filter (where p.cause is not null))[1] as cause,
  count(*) as events, min(p.since) as since
from ops.parked p
join ops.generations g on g.id = p.generation
join ledger.events e on e.position = p.position
where not p.skipped and g.state in ('building', 'live', 'warm')
group by g.id, p.stream;
drop table ops.faults; -- a generation does not stand still any more
`;

const rights = `
grant select, insert, update, delete on ops.parked to flowledger_app;
grant select on read.parked_streams to flowledger_app`;

export class Parking1764000000008 implements MigrationInterface {
  readonly name = 'Parking1764000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
    await runner.query(rights);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
