import type { Client } from 'pg';
import type { Filling } from './filling';

/*
 * Whoever lost the office of rebuilds may still be at it, so locks are held on the sessions that
 * write. There are two for each generation: the first is had by the one pass that fills it; the
 * second by each session that writes a share of it. Tables are emptied by who has both.
 */
const passLock = 7_306_101_119;
const shareLock = 7_306_101_120;

const keys = `select hashtextextended(generation, $2) as key from unnest($1::text[]) as generation`;

const lockSql = `select pg_advisory_lock(key) from (${keys}) as named`;
const unlockSql = `select pg_advisory_unlock(key) from (${keys}) as named`;
const lockSharedSql = `select pg_advisory_lock_shared(key) from (${keys}) as named`;
const unparkSql = `delete from ops.parked where generation = any ($1::text[])`;

/** Whether a session has the lock of the pass on all of them. */
const holdsSql = `
select count(*) = cardinality($1::text[]) as holds
from pg_locks l join (${keys}) as named
  on (l.classid::bigint << 32 | l.objid::bigint) = named.key
where l.locktype = 'advisory' and l.objsubid = 1 and l.granted and l.mode = 'ExclusiveLock' and l.pid = $3
  and l.database = (select oid from pg_database where datname = current_database())`;

/** Whether a pass is at work on a generation (its id in SQL), in whichever process. */
export const isTakenSql = (id: string): string => `exists (
  select from pg_locks l where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
    and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(${id}, ${passLock})
    and l.database = (select oid from pg_database where datname = current_database()))`;

const namesOf = (all: readonly Filling[]): string[] => all.map(({ generation }) => generation);

/** Empties the tables for a pass of `shares`: from now on nobody else can fill them on any session. */
export const take = async (
  writer: Client,
  all: readonly Filling[],
  shares: number,
): Promise<void> => {
  const generations = namesOf(all);
  await writer.query(lockSql, [generations, passLock]);
  await writer.query(lockSql, [generations, shareLock]);
  await writer.query('begin');
  for (const { tables } of all) await tables.clear(writer, shares);
  await writer.query(unparkSql, [generations]);
  await writer.query('commit');
  await writer.query(unlockSql, [generations, shareLock]);
};

/**
 * Lets a session write a share of the pass that the session `pass` (its process id) has taken.
 *
 * @throws Error where that has gone away: then another may have begun.
 */
export const join = async (
  writer: Client,
  all: readonly Filling[],
  pass: number,
): Promise<void> => {
  const generations = namesOf(all);
  await writer.query(lockSharedSql, [generations, shareLock]);
  const { rows } = await writer.query<{ holds: boolean }>(holdsSql, [generations, passLock, pass]);
  if (rows[0]?.holds !== true) throw new Error('the pass over the ledger came to an end');
};
