/*
 * Whether a lock is being waited for. Files share a server and a table has the same oid in every copy
 * of the template: without naming the database, the waits of other files would count.
 */
import type { TestDatabase } from './database';

const waitingSql = `
select from pg_locks
where not granted and database = (select oid from pg_database where datname = current_database())`;

/** Whether anybody waits to lock this table, named with its schema. */
export const isTableWaitedFor = async (database: TestDatabase, table: string): Promise<boolean> => {
  const waiting = await database.sql(`${waitingSql} and relation = $1::regclass`, [table]);
  return waiting.length > 0;
};

/** Whether anybody waits for an advisory lock. */
export const isAdvisoryLockWaitedFor = async (database: TestDatabase): Promise<boolean> => {
  const waiting = await database.sql(`${waitingSql} and locktype = 'advisory'`);
  return waiting.length > 0;
};
