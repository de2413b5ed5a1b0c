import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = `
-- What a rule asks by which the measure alerts: once that is changed, the time it has done so begins anew.
alter table ops.alert_watches add column question text not null default '';
`;

export class AskedWatches1764000000017 implements MigrationInterface {
  readonly name = 'AskedWatches1764000000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
