import { instantFromDatabase } from '../../ledger/instant';
import type { Field } from '../../database/copy-text';
import type { LedgerRow } from './chain';

const columns = `e.position, e.stream, e.version, e.event_id, e.type, e.schema_version, e.deployment_id, e.correlation_id,
  e.causation_id, e.actor, e.occurred_at, e.recorded_at, e.data`;

/** The events that a condition on `e` is true of, by position, without their commits. */
export const eventRowsSql = (condition: string): string =>
  `select ${columns} from ledger.events e where ${condition} order by e.position`;

/**
 * Every event behind a position, with the commit it ends. Both sides come in the order of their
 * primary keys, so that nothing is sorted and rows come at once.
 */
export const ledgerRowsSql = (after: bigint): string => `
select ${columns}, encode(e.digest, 'hex'),
  c.first_position, encode(c.hash, 'hex'), c.recorded_at
from ledger.events e left join ledger.commits c on c.last_position = e.position
where e.position > ${after} order by e.position`;

const commitOf = (first: Field, hash: Field, recordedAt: Field): LedgerRow['commit'] =>
  first === null || hash === null || recordedAt === null
    ? null
    : { first: BigInt(first), hash, recordedAt: instantFromDatabase(recordedAt) };

/** A row of `eventRowsSql`; columns that cannot be null are not. */
export const eventRow = (fields: readonly Field[]): LedgerRow['event'] => {
  const text = (index: number): string => fields[index] ?? '';
  return {
    position: BigInt(text(0)),
    stream: text(1),
    version: Number(text(2)),
    eventId: text(3),
    type: text(4),
    schemaVersion: Number(text(5)),
    deploymentId: text(6),
    correlationId: text(7),
    causationId: fields[8] ?? null,
    actor: text(9),
    occurredAt: instantFromDatabase(text(10)),
    recordedAt: instantFromDatabase(text(11)),
    text: text(12),
  };
};

/** A row of `ledgerRowsSql`. */
export const ledgerRow = (fields: readonly Field[]): LedgerRow => ({
  event: eventRow(fields),
  digest: fields[13] ?? '',
  commit: commitOf(fields[14] ?? null, fields[15] ?? null, fields[16] ?? null),
});
