import type { SqlType } from '../../../projections/columns';
import { withRollup } from '../../../projections/projection';
import type { Projection } from '../../../projections/projection';
import type { Snapshot } from '../../database/snapshot';
import { columnsOf, sqlName } from '../../projector/table';

/** What a diff asks within one view of the database. */
export type Asked = Pick<Snapshot, 'ask' | 'rows'>;

interface CatalogColumn {
  /** As it is written in SQL. */
  readonly sql: string;
  readonly type: string;
  readonly isKey: boolean;
}

/** A column that both tables have. */
export interface ComparedColumn {
  /** As in answers: camelCase. */
  readonly name: string;
  readonly sql: string;
  readonly type: SqlType;
  /** How its values are compared and shown; null where they are so as they are. */
  readonly cast: 'text' | 'numeric' | null;
}

/** The same table of two generations, which may be of different versions. */
export interface ComparedTable {
  /** Without its schema. */
  readonly table: string;
  /** What is selected from on either side. */
  readonly sources: { readonly before: string; readonly after: string };
  readonly keys: readonly ComparedColumn[];
  readonly columns: readonly ComparedColumn[];
  /** Whether rows are told apart by the same keys; if not, no row of one is one of the other. */
  readonly sharesKeys: boolean;
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}

// From the catalog and not from the projection: one may be of a version that this code does not know.
const columnsSql = `
select quote_ident(a.attname) as sql, format_type(a.atttypid, a.atttypmod) as type,
  coalesce(a.attnum = any (i.indkey), false) as "isKey"
from pg_attribute a
left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
order by a.attnum`;

const sqlTypes: Readonly<Record<string, SqlType>> = {
  text: 'text',
  integer: 'integer',
  bigint: 'bigint',
  numeric: 'numeric',
  date: 'date',
  boolean: 'boolean',
  json: 'json',
  'double precision': 'double precision',
  'numeric(38,0)': 'numeric(38,0)',
  'timestamp with time zone': 'timestamptz',
};

const numbers: ReadonlySet<string> = new Set([
  'integer',
  'bigint',
  'numeric(38,0)',
  'numeric',
  'double precision',
]);

export const isNumber = ({ type }: ComparedColumn): boolean => numbers.has(type);

const camelCase = (sql: string): string =>
  sql.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const comparedColumn = (
  before: CatalogColumn,
  after: CatalogColumn,
  nameOf: (sql: string) => string,
): ComparedColumn => {
  const { sql } = after;
  const name = nameOf(sql);
  const known = sqlTypes[after.type];
  if (before.type === after.type && known !== undefined) {
    return { name, sql, type: known, cast: null };
  }
  const areNumbers = numbers.has(before.type) && numbers.has(after.type);
  const type = areNumbers ? 'numeric' : 'text';
  return { name, sql, type, cast: type };
};

const isSameKey = (before: readonly CatalogColumn[], after: readonly CatalogColumn[]): boolean => {
  const keyOf = (columns: readonly CatalogColumn[]): string =>
    JSON.stringify(columns.filter(({ isKey }) => isKey).map(({ sql, type }) => [sql, type]));
  return keyOf(before) === keyOf(after);
};

/** A table that is not there counts as an empty one. */
const sourceOf = (name: string, isThere: boolean, other: string): string =>
  isThere ? name : `(select * from ${other} limit 0)`;

const tableOf = async (
  snapshot: Asked,
  projection: Projection,
  before: string,
  after: string,
): Promise<ComparedTable | null> => {
  const table = sqlName(projection.name);
  const names = { before: `${before}.${table}`, after: `${after}.${table}` };
  const found = {
    before: await snapshot.ask<CatalogColumn>(columnsSql, [names.before]),
    after: await snapshot.ask<CatalogColumn>(columnsSql, [names.after]),
  };
  if (found.before.length + found.after.length === 0) return null;
  const own = {
    before: found.before.length === 0 ? found.after : found.before,
    after: found.after.length === 0 ? found.before : found.after,
  };
  const known = new Map(columnsOf(projection).map(({ sql, name }) => [sql, name]));
  const nameOf = (sql: string): string => known.get(sql) ?? camelCase(sql);
  const sharesKeys = isSameKey(own.before, own.after);
  const shared = own.after.flatMap((column) => {
    const other = own.before.find(({ sql }) => sql === column.sql);
    if (other === undefined) return [];
    const isKey = sharesKeys && column.isKey;
    return [{ isKey, column: comparedColumn(other, column, nameOf) }];
  });
  const without = (all: readonly CatalogColumn[], others: readonly CatalogColumn[]): string[] =>
    all
      .filter(({ sql }) => !others.some((other) => other.sql === sql))
      .map(({ sql }) => nameOf(sql));
  return {
    table,
    sources: {
      before: sourceOf(names.before, found.before.length > 0, names.after),
      after: sourceOf(names.after, found.after.length > 0, names.before),
    },
    keys: shared.filter(({ isKey }) => isKey).map(({ column }) => column),
    columns: shared.filter(({ isKey }) => !isKey).map(({ column }) => column),
    sharesKeys,
    onlyBefore: without(own.before, own.after),
    onlyAfter: without(own.after, own.before),
  };
};

/** The tables of two generations, side by side: that of the projection, and that of its rollup. */
export const comparedTables = async (
  snapshot: Asked,
  projection: Projection,
  before: string,
  after: string,
): Promise<ComparedTable[]> => {
  const tables: ComparedTable[] = [];
  for (const one of withRollup(projection)) {
    const table = await tableOf(snapshot, one, before, after);
    if (table !== null) tables.push(table);
    else if (one === projection) throw new Error(`${before} and ${after} have no such table`);
  }
  return tables;
};
