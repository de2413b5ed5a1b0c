import { eventSchemas } from '../../../events';
import { orderIn, orderTypes } from '../../../projections/parking-lot';
import type { Projection } from '../../../projections/projection';
import type { Names } from '../../reading/events/event-log';
import type { BulkShare } from './bulk-job';
import type { LedgerLine } from './ledger-line';
import { hashText } from './stream-hash';

type Keeps = (line: LedgerLine) => boolean;

/** See `concernsSql`. */
const concerning = (projections: readonly Projection[]): Keeps => {
  const categories: string[] = [];
  const types = new Set<string>(orderTypes);
  for (const projection of projections) {
    if (projection.kind === 'entity') categories.push(`${projection.category}-`);
    else for (const type of Object.keys(projection.contributes)) types.add(type);
  }
  return ({ type, stream }) =>
    types.has(type) ||
    !Object.hasOwn(eventSchemas, type) ||
    categories.some((category) => stream.startsWith(category));
};

const ofShare = ({ index, count }: BulkShare): Keeps => {
  if (count === 1) return () => true;
  const shareOf = (stream: string): number => (hashText(stream) & 0x7fffffff) % count;
  return (line) => shareOf(orderIn(line)?.data.stream ?? line.stream) === index;
};

const among = (
  names: readonly string[] | null | undefined,
  of: (line: LedgerLine) => string,
): Keeps => {
  if (names === null || names === undefined) return () => true;
  const known = new Set(names);
  return (line) => known.has(of(line));
};

/** What `conditionSql` says to the table, said of a line that comes from a file. */
export const filterOf = (
  projections: readonly Projection[],
  names: Names | null,
  share: BulkShare,
): Keeps => {
  const all: Keeps[] = [
    concerning(projections),
    among(names?.streams, ({ stream }) => stream),
    among(names?.types, ({ type }) => type),
    among(names?.deployments, ({ deploymentId }) => deploymentId),
    ofShare(share),
  ];
  return (line) => all.every((keeps) => keeps(line));
};
