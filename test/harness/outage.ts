/*
 * A database that goes away for real: no connection is let in, and those that are there are cut.
 */
import type { TestDatabase } from './database';
import { eventually } from './eventually';
import { atDatabase, query } from './postgres';

const cutSql = `
select pg_terminate_backend(pid) from pg_stat_activity
where datname = $1 and backend_type = 'client backend'`;

/** Takes the database away, until nobody has it any more; the function it resolves with brings it back. */
export const takeAway = async ({ ownerUrl }: TestDatabase): Promise<() => Promise<void>> => {
  const name = new URL(ownerUrl).pathname.slice(1);
  const admin = atDatabase(ownerUrl, 'postgres');
  const letIn = async (allowed: boolean): Promise<void> => {
    await query(admin, `alter database ${name} with allow_connections ${String(allowed)}`);
  };
  await letIn(false);
  // A connection goes when its process gets to it, and one that was just being let in comes later.
  const isAway = async (): Promise<boolean> => (await query(admin, cutSql, [name])).length === 0;
  await eventually('nobody is connected', isAway);
  return () => letIn(true);
};

/** Has nobody find the database by its name, as while it is restored; the function it resolves with brings it back. */
export const nameAway = async (database: TestDatabase): Promise<() => Promise<void>> => {
  const name = new URL(database.ownerUrl).pathname.slice(1);
  const admin = atDatabase(database.ownerUrl, 'postgres');
  const letIn = await takeAway(database);
  await query(admin, `alter database ${name} rename to ${name}_away`);
  return async () => {
    await query(admin, `alter database ${name}_away rename to ${name}`);
    await letIn();
  };
};
