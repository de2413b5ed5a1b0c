import type { Client } from 'pg';
import { escapeLiteral } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { eventSchemas } from '../../../events';
import { orderTypes } from '../../../projections/parking-lot';
import type { Projection } from '../../../projections/projection';
import type { Span } from '../../archive/archive-blocks';
import type { Names } from '../../reading/events/event-log';
import type { BulkShare } from './bulk-job';
import { lineColumns } from './ledger-line';
import type { LedgerLine } from './ledger-line';
import { linesInParts } from './line-parts';

const listed = (names: Iterable<string>): string => [...names].map(escapeLiteral).join(', ');

const among = (column: string, names: readonly string[] | null): string[] => {
  if (names === null) return [];
  return [names.length === 0 ? 'false' : `${column} in (${listed(names)})`];
};

/**
 * Which events may concern one of these projections: those of the streams it owns, or of the types it
 * counts; those of a type that this code does not know, of which nobody can say; and the words that
 * operators gave about parked ones.
 */
const concernsSql = (projections: readonly Projection[]): string => {
  const categories = new Set<string>();
  const types = new Set<string>(orderTypes);
  for (const projection of projections) {
    if (projection.kind === 'entity') categories.add(projection.category);
    else for (const type of Object.keys(projection.contributes)) types.add(type);
  }
  return [
    ...[...categories].map((category) => `starts_with(stream, ${escapeLiteral(`${category}-`)})`),
    `type in (${listed(types)})`,
    `type not in (${listed(Object.keys(eventSchemas))})`,
  ].join(' or ');
};

/** A word about a parked stream goes where the stream goes. */
const shareSql = ({ index, count }: BulkShare): string[] => {
  if (count === 1) return [];
  const stream = `case when type in (${listed(orderTypes)}) then data ->> 'stream' else stream end`;
  return [`(hashtext(${stream}) & 2147483647) % ${String(count)} = ${String(index)}`];
};

/** The condition on an event that may concern one of the projections, within a scope and a share. */
export const conditionSql = (
  projections: readonly Projection[],
  names: Names | null,
  share: BulkShare,
): string =>
  [
    `(${concernsSql(projections)})`,
    ...shareSql(share),
    ...among('stream', names?.streams ?? null),
    ...among('type', names?.types ?? null),
    ...among('deployment_id', names?.deployments ?? null),
  ].join(' and ');

const sliceSql = (condition: string, after: bigint, through: bigint): string =>
  `copy (select ${lineColumns} from ledger.events
where position > ${after} and position <= ${through} and ${condition} order by position) to stdout`;

/** Reads a slice of the ledger's table by position, in order, in parts of about `partBytes`. */
export const readSlice = (
  client: Client,
  condition: string,
  { after, through }: Span,
  partBytes: number,
): AsyncGenerator<readonly LedgerLine[]> => {
  const chunks = client.query(copyTo(sliceSql(condition, after, through)));
  return linesInParts(chunks as AsyncIterable<Buffer>, partBytes);
};
