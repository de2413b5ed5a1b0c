import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = `
create extension if not exists pg_trgm; -- the likeness of a misspelled word to one that is known
create schema search;                   -- the stable views of the word indexes, beside those in read
grant usage, create on schema search to flowledger_app;
`;

export class WordIndex1764000000004 implements MigrationInterface {
  readonly name = 'WordIndex1764000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
