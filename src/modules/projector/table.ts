import type { Column, Measure, SqlType } from '../../projections/columns';
import type { EntityRow, OwnRow, TotalsDelta } from '../../projections/fold';
import { histogramText } from '../../projections/histogram';
import type { Histogram } from '../../projections/histogram';
import { withRollup } from '../../projections/projection';
import type { Projection } from '../../projections/projection';
import { instantFromDatabase } from '../ledger/instant';

/** `costNanoUsd` is `cost_nano_usd` in SQL, `roi-totals` is `roi_totals`. */
export const sqlName = (name: string): string =>
  name.replace(/-/g, '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A column of a read model's table, as SQL and as folds know it. */
export interface TableColumn {
  /** As in folds and answers: camelCase. */
  readonly name: string;
  readonly sql: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly isKey: boolean;
  /** For a measure of totals: how values merge. */
  readonly merge: Measure<unknown>['merge'] | null;
}

const columnOf = (
  name: string,
  { sql: type, nullable }: Pick<Column<unknown>, 'sql' | 'nullable'>,
  isKey: boolean,
  merge: TableColumn['merge'] = null,
): TableColumn => ({ name, sql: sqlName(name), type, nullable, isKey, merge });

/** A minimum or maximum of nothing is null; a sum of nothing is 0. */
const isExtreme = ({ merge }: Measure<unknown>): boolean => merge === 'min' || merge === 'max';

/** Where an entity keeps the version of its stream up to which its row is folded. */
export const streamVersion = 'streamVersion';
const versionColumn = sqlName(streamVersion);

/** The columns of a projection's table, keys first. */
export const columnsOf = (projection: Projection): TableColumn[] => {
  if (projection.kind === 'totals') {
    const { key, measures } = projection;
    return [
      ...Object.entries(key).map(([name, column]) => columnOf(name, column, true)),
      ...Object.entries(measures).map(([name, measure]) =>
        columnOf(name, { sql: measure.sql, nullable: isExtreme(measure) }, false, measure.merge),
      ),
    ];
  }
  const columns = Object.entries(projection.columns)
    .map(([name, column]) => columnOf(name, column, name === projection.key))
    .sort((left, right) => Number(right.isKey) - Number(left.isKey));
  return [...columns, columnOf(streamVersion, { sql: 'integer', nullable: false }, false)];
};

export const tableOf = (schema: string, projection: Projection): string =>
  `${schema}.${sqlName(projection.name)}`;

/** What makes the tables of one generation: its own and, where it keeps one, that of its rollup. */
export const createTablesSql = (schema: string, projection: Projection): string[] =>
  withRollup(projection).map((one) => createTableSql(schema, one));

const primaryKeySql = (projection: Projection): string => {
  const keys = columnsOf(projection).filter(({ isKey }) => isKey);
  return `primary key (${keys.map(({ sql }) => sql).join(', ')})`;
};

const createTableSql = (schema: string, projection: Projection): string => {
  const columns = columnsOf(projection);
  const lines = columns.map(
    ({ sql, type, nullable }) => `  ${sql} ${type}${nullable ? '' : ' not null'}`,
  );
  return `create table ${tableOf(schema, projection)} (
${lines.join(',\n')},
  ${primaryKeySql(projection)}
) with (fillfactor = 80)`;
};

/** Takes the primary key from a table, where it has one: it is sooner made anew than kept while all rows come. */
export const dropKeySql = (schema: string, projection: Projection): string =>
  `alter table ${tableOf(schema, projection)} drop constraint if exists ${sqlName(projection.name)}_pkey`;

export const addKeySql = (schema: string, projection: Projection): string =>
  `alter table ${tableOf(schema, projection)} add ${primaryKeySql(projection)}`;

/** The indexes of one generation; made after a bulk load, which they would slow down. */
export const createIndexesSql = (schema: string, projection: Projection): string[] =>
  (projection.indexes ?? []).map(
    (columns) =>
      `create index on ${tableOf(schema, projection)} (${columns.map(sqlName).join(', ')})`,
  );

type ToJson = (value: unknown) => unknown;
type FromDatabase = (value: unknown) => unknown;

const same = (value: unknown): unknown => value;
const instants: FromDatabase = (value) => instantFromDatabase(value as string);

/** What each SQL type is on its way in (as JSON) and on its way out (as pg gives it). */
const conversions: Readonly<Record<SqlType, { in: ToJson; out: FromDatabase }>> = {
  text: { in: same, out: same },
  integer: { in: same, out: same },
  'double precision': { in: same, out: same },
  boolean: { in: same, out: same },
  date: { in: same, out: same },
  timestamptz: { in: same, out: instants },
  json: { in: same, out: (value) => JSON.parse(value as string) as unknown },
  bigint: { in: String, out: (value) => BigInt(value as string) },
  'numeric(38,0)': { in: String, out: (value) => BigInt(value as string) },
  // A histogram is only read to be shown, by its digits.
  numeric: { in: (value) => histogramText(value as Histogram), out: same },
};

const toJson = (type: SqlType, value: unknown): unknown =>
  value === null || value === undefined ? null : conversions[type].in(value);

/** A row in folds' terms as the JSON that `json_to_recordset` reads. */
export const rowToJson = (
  columns: readonly TableColumn[],
  row: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const json: Record<string, unknown> = {};
  for (const { name, sql, type } of columns) json[sql] = toJson(type, row[name]);
  return json;
};

/** The same for a row of an entity. */
export const entityRowToJson = (
  columns: readonly TableColumn[],
  { row, version }: EntityRow,
): Record<string, unknown> => {
  const json = rowToJson(columns, row);
  json[versionColumn] = version;
  return json;
};

/** The same for what is added to a row of totals: a measure of which nothing is said is a sum of 0. */
export const deltaToJson = (
  columns: readonly TableColumn[],
  { key, add }: TotalsDelta,
): Record<string, unknown> => {
  const json: Record<string, unknown> = {};
  for (const { name, sql, type, isKey, merge } of columns) {
    const value = isKey ? key[name] : add[name];
    json[sql] = value === undefined && merge === 'sum' ? '0' : toJson(type, value);
  }
  return json;
};

/** A row as the database gives it, in folds' terms. */
export const rowFromDatabase = (
  columns: readonly TableColumn[],
  row: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const folded: Record<string, unknown> = {};
  for (const { name, sql, type } of columns) {
    const value = row[sql];
    folded[name] = value === null || value === undefined ? value : conversions[type].out(value);
  }
  return folded;
};

/** The same for a row of an entity. */
export const entityRowFromDatabase = (
  columns: readonly TableColumn[],
  found: Readonly<Record<string, unknown>>,
): OwnRow => {
  const { [streamVersion]: version, ...row } = rowFromDatabase(columns, found);
  return { row, version: version as number };
};
