/*
 * The ledger as its rows stand, read past the application, and what has to hold for them. The hash
 * chain is computed anew from the columns alone.
 */
import { createHash } from 'node:crypto';
import type { Acknowledgement } from './load';
import { connectPatiently } from './patient-connection';
import { intentOf, isConsequence } from './workload';

export interface EventRow {
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly event_id: string;
  readonly type: string;
  readonly schema_version: number;
  /** As stored, to the letter. */
  readonly data: string;
  readonly deployment_id: string;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly actor: string;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly digest: string;
}

interface CommitRow {
  readonly first_position: string;
  readonly last_position: string;
  readonly hash: string;
}

export interface LedgerRows {
  readonly events: readonly EventRow[];
  readonly commits: readonly CommitRow[];
  readonly head: { readonly position: string; readonly hash: string };
  /** Position of the first event of the command, by idempotency key. */
  readonly keys: ReadonlyMap<string, string>;
}

const instant = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as ${column}`;

const eventsSql = `
select position::text, stream, version, event_id::text, type, schema_version, data::text, deployment_id,
  correlation_id, causation_id, actor, ${instant('occurred_at')}, ${instant('recorded_at')},
  encode(digest, 'hex') as digest
from ledger.events e order by e.position`;

const commitsSql = `
select first_position::text, last_position::text, encode(hash, 'hex') as hash
from ledger.commits c order by c.last_position`;

const headSql = `select position::text, encode(hash, 'hex') as hash from ledger.head`;

const keysSql = `select key, position::text from ledger.commands`;

/** The whole ledger, as of one moment. */
export const readLedger = async (url: string): Promise<LedgerRows> => {
  const client = await connectPatiently(url);
  const all = async <Row extends object>(sql: string): Promise<Row[]> =>
    (await client.query<Row>(sql)).rows;
  try {
    await client.query('begin isolation level repeatable read');
    const [head] = await all<LedgerRows['head']>(headSql);
    const keys = await all<{ key: string; position: string }>(keysSql);
    return {
      events: await all<EventRow>(eventsSql),
      commits: await all<CommitRow>(commitsSql),
      head: head!,
      keys: new Map(keys.map(({ key, position }) => [key, position])),
    };
  } finally {
    await client.end();
  }
};

/** The position of the last event by now. */
export const readEnd = async (url: string): Promise<string> => {
  const client = await connectPatiently(url);
  try {
    const { rows } = await client.query<LedgerRows['head']>(headSql);
    return rows[0]!.position;
  } finally {
    await client.end();
  }
};

const sha256 = (...parts: readonly (string | Buffer)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

const digestOf = (row: EventRow): string =>
  sha256(
    [
      row.position,
      row.stream,
      String(row.version),
      row.event_id,
      row.type,
      String(row.schema_version),
      row.deployment_id,
      row.correlation_id,
      row.causation_id ?? '',
      row.actor,
      row.occurred_at,
      row.recorded_at,
      row.data,
    ].join('\n'),
  );

const densityFaults = ({ events }: LedgerRows): string[] => {
  const versions = new Map<string, number>();
  return events.flatMap(({ position, stream, version }, index) => {
    const expected = (versions.get(stream) ?? 0) + 1;
    versions.set(stream, version);
    return [
      ...(position === String(index + 1) ? [] : [`position ${position} at place ${index + 1}`]),
      ...(version === expected ? [] : [`${stream} has version ${version} after ${expected - 1}`]),
    ];
  });
};

const chainFaults = ({ events, commits, head }: LedgerRows): string[] => {
  const faults = events
    .filter((row) => digestOf(row) !== row.digest)
    .map(({ position }) => `the digest of event ${position} does not fit its row`);
  let hash = sha256('flowledger');
  let end = 0;
  for (const commit of commits) {
    const last = Number(commit.last_position);
    if (Number(commit.first_position) !== end + 1) faults.push(`no commit holds event ${end + 1}`);
    const digests = events.slice(end, last).map(({ digest }) => Buffer.from(digest, 'hex'));
    hash = sha256(Buffer.from(hash, 'hex'), ...digests);
    if (hash !== commit.hash) faults.push(`the chain breaks at the commit that ends at ${last}`);
    end = last;
  }
  if (end !== events.length) faults.push(`commits end at ${end}, events at ${events.length}`);
  if (head.position !== String(end) || head.hash !== hash) faults.push('the head is elsewhere');
  return faults;
};

/** What is wrong with a ledger in itself: gaps, doubles, a broken chain. */
export const ledgerFaults = (ledger: LedgerRows): string[] => [
  ...densityFaults(ledger),
  ...chainFaults(ledger),
];

/** The events that clients have asked for: no consequences of these, and none of the price book. */
export const askedFor = ({ events }: LedgerRows): EventRow[] =>
  events.filter((row) => row.stream.startsWith('execution-') && !isConsequence(row));

/** The position of the last event of the command that `row` is the first of. */
const endOf = ({ events }: LedgerRows, row: EventRow): string => {
  let last = row;
  for (;;) {
    const next = events[Number(last.position)];
    if (next === undefined || next.stream !== row.stream || !isConsequence(next)) break;
    last = next;
  }
  return last.position;
};

/** Where the ledger does not bear out what the clients were told: exactly once, at that position. */
export const acknowledgementFaults = (
  ledger: LedgerRows,
  acknowledged: ReadonlyMap<string, Acknowledgement>,
): string[] => {
  const found = new Map<string, EventRow[]>();
  for (const row of askedFor(ledger)) {
    const intent = intentOf(JSON.parse(row.data)) ?? '';
    found.set(intent, [...(found.get(intent) ?? []), row]);
  }
  const doubled = [...found]
    .filter(([, rows]) => rows.length > 1)
    .map(([intent, rows]) => `${intent} is in the ledger ${rows.length} times`);
  const unfit = [...acknowledged].flatMap(([intent, { type, position, eventId }]) => {
    const row = found.get(intent)?.[0];
    if (row === undefined) return [`${intent} was acknowledged at ${position} and is lost`];
    const told = [position.toString(), type, eventId ?? row.event_id, row.position];
    const is = [endOf(ledger, row), row.type, row.event_id, ledger.keys.get(intent)];
    return told.join() === is.join() ? [] : [`${intent}: told ${told.join()}, is ${is.join()}`];
  });
  return [...doubled, ...unfit];
};

/** Events in the ledger that no client was told of. */
export const unacknowledged = (
  ledger: LedgerRows,
  acknowledged: ReadonlyMap<string, Acknowledgement>,
): string[] =>
  askedFor(ledger)
    .map(({ data }) => intentOf(JSON.parse(data)) ?? data)
    .filter((intent) => !acknowledged.has(intent));
