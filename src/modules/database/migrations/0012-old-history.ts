import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The table as it is becomes a partition: nothing of it is written anew. It is locked from the start,
 * so that a process of the version before waits with its commit, and writes it to the new table.
 */
const parent = `
lock table ledger.events in access exclusive mode;
alter table ledger.events rename to events_1;
do $$
declare
  old text;
begin
  for old in select indexname from pg_indexes where schemaname = 'ledger' and tablename = 'events_1' loop
    execute format('alter index ledger.%I rename to %I', old, 'events_1_' || regexp_replace(old, '^events_', ''));
  end loop;
end $$;

create table ledger.events (like ledger.events_1 including defaults) partition by range (position);
alter table ledger.events add constraint events_pkey primary key (position);
create index rebuild_starts on ledger.events (position) where type in ('RebuildStarted', 'ProjectionReverted');
create index rollback_starts on ledger.events (position) where type = 'RollbackStarted';
create index generation_changes on ledger.events (position)
  where type in ('RebuildCutOver', 'ProjectionReverted', 'RollbackStepTaken');
create index voiding_facts on ledger.events (position) where type in ('DeploymentVoided', 'DeploymentReinstated');
create index alert_facts on ledger.events (position)
  where type in ('AlertFired', 'AlertAcknowledged', 'AlertDismissed', 'AlertAnswered', 'AlertResolved');
create index repetitions on ledger.events (position) where type in ('RebuildCompleted', 'ReplayCompleted');

-- Views go on reading what they were made on, which is now one of the partitions.
create or replace view ledger.voidings as
select position, substr(stream, length('deployment-') + 1) as deployment_id, type = 'DeploymentVoided' as is_voided
from ledger.events where type in ('DeploymentVoided', 'DeploymentReinstated');
create or replace view read.parked_streams as
select g.projection, p.stream, g.id as generation, g.state, min(p.position) as position,
  (array_agg(e.type order by p.position))[1] as type,
  (array_agg(p.cause order by p.position) filter (where p.cause is not null))[1] as cause,
  count(*) as events, min(p.since) as since
from ops.parked p
join ops.generations g on g.id = p.generation
join ledger.events e on e.position = p.position
where not p.skipped and g.state in ('building', 'live', 'warm')
group by g.id, p.stream;
`;

const partitions = `
create table ledger.partitions (
  name           text   primary key,
  first_position bigint not null unique,
  last_position  bigint not null unique check (last_position >= first_position)
);

/*
 * Makes partitions of $2 positions until there is room up to and with position $1; where the room ends
 * then. The application has no right to make a table: it does so by this. What is attached is empty, and
 * attaching holds up neither those who read nor those who insert.
 */
create function ledger.extend(through bigint, size bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  last bigint;
  name text;
begin
  -- Processes that see the end of the room at once: whoever waited finds it moved.
  perform pg_advisory_xact_lock(7306101131);
  select coalesce(max(last_position), 0) into last from ledger.partitions;
  if size < 1 or (through - last) / size > 10000 then
    raise exception 'partitions of % positions up to % are too many', size, through using errcode = '22023';
  end if;
  while last < through loop
    name := 'events_' || (last + 1);
    execute format('create table ledger.%I (like ledger.events including defaults, unique (stream, version))', name);
    execute format('grant select, insert on ledger.%I to flowledger_app', name);
    execute format('alter table ledger.events attach partition ledger.%I for values from (%s) to (%s)',
      name, case last when 0 then 'minvalue' else (last + 1)::text end, last + size + 1);
    insert into ledger.partitions (name, first_position, last_position) values (name, last + 1, last + size);
    last := last + size;
  end loop;
  return last;
end $$;
revoke execute on function ledger.extend(bigint, bigint) from public;
`;

/*
 * An empty ledger begins with a partition of the size that its first process is set to. One that is not
 * goes on behind its last event: what it has is sealed. A process of the version before makes no room, so
 * there has to be some.
 */
const attached = `
do $$
declare
  last bigint;
begin
  select max(position) into last from ledger.events_1;
  if last is null then
    drop table ledger.events_1;
    return;
  end if;
  execute format('alter table ledger.events attach partition ledger.events_1 for values from (minvalue) to (%s)', last + 1);
  insert into ledger.partitions (name, first_position, last_position) values ('events_1', 1, last);
  perform ledger.extend(last + 1, coalesce(nullif(current_setting('flowledger.partition_events', true), ''), '10000000')::bigint);
end $$;
`;

const archives = `
-- How far the export of a partition is; what became of it is in its stream.
create table ops.archives (
  partition text        primary key,
  started   bigint      not null, -- the position of the fact that began it
  position  bigint      not null, -- everything up to here is in whole files
  fault     text,                 -- why it does not move, while it does not
  -- Since when, and from which position on, it was last at work without a break.
  run_since timestamptz not null default clock_timestamp(),
  run_from  bigint      not null
) with (fillfactor = 50);
`;

const rights = `
grant select, insert on ledger.events to flowledger_app;
grant select on ledger.partitions to flowledger_app;
grant execute on function ledger.extend(bigint, bigint) to flowledger_app;
grant select, insert, update, delete on ops.archives to flowledger_app;
`;

export class OldHistory1764000000012 implements MigrationInterface {
  readonly name = 'OldHistory1764000000012';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [parent, partitions, attached, archives, rights]) {
      await runner.query(statement);
    }
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
