import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = `
-- How far the ledger feed has brought a generation, whatever the partitions: one row in place of a row
-- for each partition is moved by a batch. Who brings it on by partition shares this row meanwhile.
create table ops.ledger_checkpoints (
  generation text   primary key references ops.generations (id) on delete cascade,
  position   bigint not null
) with (fillfactor = 50);

alter table ops.checkpoints rename to partition_checkpoints;
insert into ops.ledger_checkpoints (generation, position)
select generation, min(position) from ops.partition_checkpoints group by generation;

-- What a generation has of each partition, by either feed.
create view ops.checkpoints as
select generation, p.partition, greatest(p.position, l.position) as position
from ops.partition_checkpoints p join ops.ledger_checkpoints l using (generation);
`;

const rights = `
grant select, insert, update, delete on ops.ledger_checkpoints to flowledger_app;
grant select on ops.checkpoints to flowledger_app`;

export class LedgerCheckpoints1764000000016 implements MigrationInterface {
  readonly name = 'LedgerCheckpoints1764000000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
    await runner.query(rights);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
