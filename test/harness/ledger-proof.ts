/*
 * Proof that a ledger is whole, from its rows alone: an implementation of the published recipe that
 * shares no code with the one it checks.
 */
import { createHash } from 'node:crypto';
import { Client } from 'pg';
import type { TestDatabase } from './database';

interface EventRow {
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly sealed: string;
}

interface CommitRow {
  readonly first: string;
  readonly last: string;
  readonly hash: string;
}

const instant = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

// The recipe in words: the fields of an event, one a line, an absent one empty, the data last.
const eventsSql = `
select e.position::text, stream, version, concat_ws(E'\\n', position, stream, version, event_id, type, schema_version,
  deployment_id, correlation_id, coalesce(causation_id, ''), actor, ${instant('occurred_at')},
  ${instant('recorded_at')}, data::text) as sealed
from ledger.events e order by e.position`;

const commitsSql = `
select first_position::text as first, last_position::text as last, encode(hash, 'hex') as hash
from ledger.commits c order by c.last_position`;

const headSql = `select position::text, encode(hash, 'hex') as hash from ledger.head`;

interface HeadRow {
  readonly position: string;
  readonly hash: string;
}

/** All of one moment: something may be recorded meanwhile. */
const rowsOf = async ({
  ownerUrl,
}: TestDatabase): Promise<
  [events: EventRow[], commits: CommitRow[], head: HeadRow | undefined]
> => {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read, read only');
    const { rows: events } = await client.query<EventRow>(eventsSql);
    const { rows: commits } = await client.query<CommitRow>(commitsSql);
    const { rows: heads } = await client.query<HeadRow>(headSql);
    return [events, commits, heads[0]];
  } finally {
    await client.end();
  }
};

const sha256 = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export interface LedgerProof {
  readonly events: number;
  readonly commits: number;
  /** Events of each stream. */
  readonly streams: ReadonlyMap<string, number>;
}

/**
 * Proves that positions are dense, that versions are dense in every stream, and that the hash chain
 * covers every event once and ends at the head.
 *
 * @throws Error at the first thing that does not hold.
 */
export const proveLedger = async (database: TestDatabase): Promise<LedgerProof> => {
  const [events, commits, head] = await rowsOf(database);

  const streams = new Map<string, number>();
  events.forEach(({ position, stream, version }, index) => {
    const expected = `event ${index + 1} is version ${(streams.get(stream) ?? 0) + 1} of ${stream}`;
    const found = `event ${position} is version ${version} of ${stream}`;
    if (found !== expected) throw new Error(`${found}, where ${expected}`);
    streams.set(stream, version);
  });

  let hash = sha256('flowledger');
  let end = 0;
  for (const commit of commits) {
    if (Number(commit.first) !== end + 1) {
      throw new Error(`a commit begins at ${commit.first}, the one before ended at ${end}`);
    }
    const covered = events.slice(end, Number(commit.last));
    hash = sha256(hash, ...covered.map(({ sealed }) => sha256(sealed)));
    if (commit.hash !== hash.toString('hex')) {
      throw new Error(`the hash of the commit that ends at ${commit.last} does not hold`);
    }
    end = Number(commit.last);
  }
  expect(head).toEqual({ position: String(events.length), hash: hash.toString('hex') });
  expect(end).toBe(events.length);
  return { events: events.length, commits: commits.length, streams };
};

/** The last position, to see that nothing was written meanwhile. */
export const positionOf = async (database: TestDatabase): Promise<number> => {
  const [head] = await database.sql<{ position: string }>(headSql);
  return Number(head?.position);
};
