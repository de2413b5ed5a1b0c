import type { Projection } from '../../../projections/projection';
import { hashAt } from '../../proof/ledger/places';
import { comparedTables } from './compared-table';
import type { Asked } from './compared-table';
import { levelSql } from './diff.sql';
import { rowDifferences, tableDiff } from './table-diff';
import type { RowDifference, TableDiff } from './table-diff';

/** How the content of two generations differs, wherever they stand. */
export interface ContentDiff {
  readonly tables: readonly TableDiff[];
  /** Events that are not in the generations' rows: they cannot be applied, or wait behind one. */
  readonly parked: { readonly before: number; readonly after: number };
}

/** How two generations of a projection differ. */
export interface ProjectionDiff extends ContentDiff {
  readonly projection: string;
  /** The generations. */
  readonly before: string;
  readonly after: string;
  /** Both have applied everything up to here. */
  readonly position: string;
  /** Names the history up to there. */
  readonly ledgerHash: string | null;
}

const parkedSql = `
select count(*) filter (where generation = $1)::float8 as before,
  count(*) filter (where generation = $2)::float8 as after
from ops.parked where generation = any (array[$1, $2]) and not skipped`;

/** How many events are parked of two generations; of none there are none. */
export const parkedIn = async (
  snapshot: Asked,
  before: string | null,
  after: string,
): Promise<ProjectionDiff['parked']> => {
  const [parked] = await snapshot.ask<{ before: number; after: number }>(parkedSql, [
    before ?? '',
    after,
  ]);
  return parked ?? { before: 0, after: 0 };
};

/** How a generation's rows differ from another's, within one snapshot; each may stand anywhere. */
export const contentDiff = async (
  snapshot: Asked,
  projection: Projection,
  before: string,
  after: string,
): Promise<ContentDiff> => {
  const tables: TableDiff[] = [];
  for (const table of await comparedTables(snapshot, projection, before, after)) {
    tables.push(await tableDiff(snapshot, table));
  }
  return { tables, parked: await parkedIn(snapshot, before, after) };
};

/** The position that two generations stand at together, within one snapshot; null where they do not. */
export const levelOf = async (
  snapshot: Asked,
  before: string,
  after: string,
): Promise<string | null> => {
  const [level] = await snapshot.ask<{ isSame: boolean; position: string }>(levelSql, [
    before,
    after,
  ]);
  return level?.isSame === true ? level.position : null;
};

/**
 * How a generation differs from another at the same position, within one snapshot. Null where they
 * stand at different ones: then nothing can be said, and it is to be tried again in another.
 *
 * @param projection whose columns give names; either generation may be of another version.
 */
export const diffOf = async (
  snapshot: Asked,
  projection: Projection,
  before: string,
  after: string,
): Promise<ProjectionDiff | null> => {
  const position = await levelOf(snapshot, before, after);
  if (position === null) return null;
  const ledgerHash = await hashAt(snapshot, BigInt(position));
  const { tables, parked } = await contentDiff(snapshot, projection, before, after);
  return { projection: projection.name, before, after, position, ledgerHash, tables, parked };
};

/** Every row that differs, with its table; the next are read when these are done with. */
export async function* differences(
  snapshot: Asked,
  projection: Projection,
  before: string,
  after: string,
): AsyncGenerator<RowDifference & { readonly table: string }> {
  for (const table of await comparedTables(snapshot, projection, before, after)) {
    for await (const rows of rowDifferences(snapshot, table)) {
      for (const row of rows) yield { table: table.table, ...row };
    }
  }
}
