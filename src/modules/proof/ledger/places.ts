import { hash } from 'node:crypto';
import type { Asking } from '../../database/ask';
import { chainHash } from '../../ledger/seal';
import type { Place } from './chain';

/** Before the first commit; see the first migration. */
const genesis: Place = { position: 0n, hash: hash('sha256', 'flowledger') };

interface CommitRow {
  readonly last: string;
  readonly first: string;
  readonly hash: string;
}

const headSql = `select position as last, position as first, encode(hash, 'hex') as hash from ledger.head`;

const atOrBeforeSql = `
select last_position as last, first_position as first, encode(hash, 'hex') as hash
from ledger.commits where last_position <= $1 order by last_position desc limit 1`;

const aroundSql = `
select last_position as last, first_position as first, encode(hash, 'hex') as hash
from ledger.commits where last_position >= $1 order by last_position limit 1`;

const digestsSql = `
select encode(digest, 'hex') as digest from ledger.events where position between $1 and $2 order by position`;

const placeOf = (row: CommitRow | undefined): Place =>
  row === undefined ? genesis : { position: BigInt(row.last), hash: row.hash };

/** The recorded end of the ledger. */
export const headOf = async (database: Asking): Promise<Place> =>
  placeOf((await database.ask<CommitRow>(headSql))[0]);

/** The end of the last commit that ends at `position` or before it. */
export const placeBefore = async (database: Asking, position: bigint): Promise<Place> =>
  placeOf((await database.ask<CommitRow>(atOrBeforeSql, [position]))[0]);

/**
 * The hash that names the history up to `position`: that of the commit that ends there, or that
 * which the commit around it would have if it ended there. Null past the end of the ledger.
 */
export const hashAt = async (database: Asking, position: bigint): Promise<string | null> => {
  if (position === 0n) return genesis.hash;
  const [around] = await database.ask<CommitRow>(aroundSql, [position]);
  if (around === undefined) return null;
  if (BigInt(around.last) === position) return around.hash;
  const before = await placeBefore(database, BigInt(around.first) - 1n);
  const digests = await database.ask<{ digest: string }>(digestsSql, [around.first, position]);
  const bytes = digests.map(({ digest }) => Buffer.from(digest, 'hex'));
  return chainHash(Buffer.from(before.hash, 'hex'), bytes).toString('hex');
};
