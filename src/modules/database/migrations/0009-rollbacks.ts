import type { MigrationInterface, QueryRunner } from 'typeorm';

// Found without reading the ledger; hardly any event is in them.
const indexes = `
create index rollback_starts on ledger.events (position) where type = 'RollbackStarted';
create index generation_changes on ledger.events (position)
  where type in ('RebuildCutOver', 'ProjectionReverted', 'RollbackStepTaken');
`;

export class Rollbacks1764000000009 implements MigrationInterface {
  readonly name = 'Rollbacks1764000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(indexes);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
