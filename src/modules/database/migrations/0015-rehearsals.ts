import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = `
-- Found without reading the ledger; hardly any event is in it.
create index rehearsal_facts on ledger.events (position) where type in ('RehearsalStarted', 'RehearsalCompleted');

-- A what-if: it is folded as if the work of this deployment were void.
alter table ops.generations add column without text;
alter table ops.generations add constraint what_if_is_not_seen check (without is null or state not in ('live', 'warm'));
`;

export class Rehearsals1764000000015 implements MigrationInterface {
  readonly name = 'Rehearsals1764000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
