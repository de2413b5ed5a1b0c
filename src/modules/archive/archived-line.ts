import { instantFromDatabase } from '../ledger/instant';
import { digestOf } from '../ledger/seal';
import { fieldsOf } from '../database/copy-text';

/**
 * A line of an archive is a line of COPY's text format, as the table gives it: nothing of an event is
 * written in another way than it is sealed in. The data stands last, as readers of such lines expect it.
 */
export const archivedColumns = [
  'position',
  'type',
  'schema_version',
  'version',
  'stream',
  'deployment_id',
  'occurred_at',
  'recorded_at',
  'event_id',
  'correlation_id',
  'causation_id',
  'actor',
  /** Of the commit that ends with the event, where one does. */
  'commit_first',
  'commit_hash',
  'data',
] as const;

const ofCommit: Readonly<Record<string, string>> = {
  commit_first: 'c.first_position',
  commit_hash: `encode(c.hash, 'hex')`,
};

/** The events of a part of the ledger as lines of an archive, in order. */
export const archivedSql = (after: bigint, through: bigint): string => `
copy (select ${archivedColumns.map((name) => ofCommit[name] ?? `e.${name}`).join(', ')}
from ledger.events e left join ledger.commits c on c.last_position = e.position
where e.position > ${after} and e.position <= ${through} order by e.position) to stdout`;

/** What the hash chain asks of a line. */
export interface ArchivedEvent {
  readonly position: bigint;
  /** Made of the line: an archive has none. */
  readonly digest: Buffer;
  readonly commit: { readonly first: bigint; readonly hash: string } | null;
}

/** @throws Error for a line that is none of an archive. */
export const archivedEvent = (line: string): ArchivedEvent => {
  const fields = fieldsOf(line);
  if (fields.length !== archivedColumns.length) throw new Error('a line has other columns');
  const text = (index: number): string => fields[index] ?? '';
  const position = BigInt(text(0));
  const digest = digestOf({
    position,
    type: text(1),
    schemaVersion: Number(text(2)),
    version: Number(text(3)),
    stream: text(4),
    deploymentId: text(5),
    occurredAt: instantFromDatabase(text(6)),
    recordedAt: instantFromDatabase(text(7)),
    eventId: text(8),
    correlationId: text(9),
    causationId: fields[10] ?? null,
    actor: text(11),
    text: text(14),
  });
  const [first, hash] = [fields[12] ?? null, fields[13] ?? null];
  const commit = first === null || hash === null ? null : { first: BigInt(first), hash };
  return { position, digest, commit };
};
