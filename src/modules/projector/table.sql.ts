import type { Entity, Totals } from '../../projections/projection';
import { columnsOf, tableOf } from './table';
import type { TableColumn } from './table';

const names = (columns: readonly TableColumn[]): string => columns.map(({ sql }) => sql).join(', ');

const recordset = (columns: readonly TableColumn[]): string =>
  `json_to_recordset($1::json) as rows (${columns.map(({ sql, type }) => `${sql} ${type}`).join(', ')})`;

/** The one key of an entity. */
const keyOf = (columns: readonly TableColumn[]): string =>
  columns.find(({ isKey }) => isKey)?.sql ?? '';

/** The rows of some keys ($1: text[]). */
export const selectEntitySql = (schema: string, projection: Entity): string => {
  const columns = columnsOf(projection);
  return `select ${names(columns)} from ${tableOf(schema, projection)} where ${keyOf(columns)} = any ($1::text[])`;
};

/** Takes the rows of some keys ($1: text[]) out of the table. */
export const takeEntitySql = (schema: string, projection: Entity): string => {
  const columns = columnsOf(projection);
  return `delete from ${tableOf(schema, projection)} where ${keyOf(columns)} = any ($1::text[]) returning ${names(columns)}`;
};

/** Writes whole rows ($1: JSON array), each once. */
export const upsertEntitySql = (schema: string, projection: Entity): string => {
  const columns = columnsOf(projection);
  const changed = columns.filter(({ isKey }) => !isKey);
  return `insert into ${tableOf(schema, projection)} (${names(columns)})
select ${names(columns)} from ${recordset(columns)}
on conflict (${names(columns.filter(({ isKey }) => isKey))}) do update set
${changed.map(({ sql }) => `  ${sql} = excluded.${sql}`).join(',\n')}`;
};

const mergeSql: Readonly<Record<NonNullable<TableColumn['merge']>, (sql: string) => string>> = {
  sum: (sql) => `t.${sql} + excluded.${sql}`,
  min: (sql) => `least(t.${sql}, excluded.${sql})`,
  max: (sql) => `greatest(t.${sql}, excluded.${sql})`,
};

/** Adds deltas ($1: JSON array) to the rows of their keys. */
export const addTotalsSql = (schema: string, projection: Totals): string => {
  const columns = columnsOf(projection);
  const keys = columns.filter(({ isKey }) => isKey);
  const merged = columns.flatMap(({ sql, merge }) =>
    merge === null ? [] : [`  ${sql} = ${mergeSql[merge](sql)}`],
  );
  // In key order, so that two projectors that meet in some rows cannot deadlock.
  return `insert into ${tableOf(schema, projection)} as t (${names(columns)})
select ${names(columns)} from ${recordset(columns)} order by ${names(keys)}
on conflict (${names(keys)}) do update set
${merged.join(',\n')}`;
};

/** Writes the rows that those of `source`, of the same columns but maybe finer keys, come to. */
export const mergeTotalsSql = (schema: string, projection: Totals, source: string): string => {
  const columns = columnsOf(projection);
  const keys = names(columns.filter(({ isKey }) => isKey));
  const merged = columns.map(({ sql, merge }) => (merge === null ? sql : `${merge}(${sql})`));
  return `insert into ${tableOf(schema, projection)} (${names(columns)})
select ${merged.join(', ')} from ${source} group by ${keys}`;
};
