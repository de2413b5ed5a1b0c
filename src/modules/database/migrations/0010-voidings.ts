import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = `
-- Found without reading the ledger; hardly any event is in it.
create index voiding_facts on ledger.events (position) where type in ('DeploymentVoided', 'DeploymentReinstated');

-- What was said of the work of deployments: read from the facts themselves, so it cannot be at odds with them.
create view ledger.voidings as
select position, substr(stream, length('deployment-') + 1) as deployment_id, type = 'DeploymentVoided' as is_voided
from ledger.events where type in ('DeploymentVoided', 'DeploymentReinstated');

alter table ledger.head add column voided bigint not null default 0; -- the position of the last of them

-- A generation is folded as of one of them from its first event to its last: a fold cannot be undone.
alter table ops.generations add column epoch bigint not null default 0;
`;

const rights = `grant select on ledger.voidings to flowledger_app`;

export class Voidings1764000000010 implements MigrationInterface {
  readonly name = 'Voidings1764000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
    await runner.query(rights);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
