import { rollupOf } from '../../../projections/projection';
import type { Projection } from '../../../projections/projection';
import { tableOf } from '../../projector/table';
import type { TableColumn } from '../../projector/table';
import type { Place } from '../cursor';
import { Parameters, behindSql, filterSql, orderSql, rangeSql, whereSql } from './conditions.sql';
import type { RowsRequest } from './row-request';

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** The one way each kind of measure merges, in SQL; its twin in memory is src/projections/merge.ts. */
const aggregates: Readonly<Record<NonNullable<TableColumn['merge']>, (sql: string) => string>> = {
  sum: (sql) => `coalesce(sum(${sql}), 0)`,
  min: (sql) => `min(${sql})`,
  max: (sql) => `max(${sql})`,
};

const columnsSql = ({ columns }: RowsRequest): string => columns.map(({ sql }) => sql).join(', ');

/** Sums of the table's rows by the keys of the request. */
const groupsSql = (table: string, { columns, keys }: RowsRequest, where: string): string[] => {
  const selected = columns.map(({ sql, merge }) =>
    merge === null ? sql : `${aggregates[merge](sql)} as ${sql}`,
  );
  return [
    `select ${selected.join(', ')}`,
    `from ${table}`,
    where,
    `group by ${keys.length === 0 ? '()' : keys.map(({ sql }) => sql).join(', ')}`,
  ];
};

/** The rollup, where a question is only about keys that it has. */
const sourceOf = ({ projection, keys, filters, grouped }: RowsRequest): Projection => {
  const rollup = rollupOf(projection);
  if (rollup === undefined || !grouped) return projection;
  const asked = [...keys, ...filters.keys()].filter(({ isKey }) => isKey);
  return asked.every(({ name }) => name in rollup.key) ? rollup : projection;
};

/**
 * Groups as they come where nothing is asked of their sums: in the order of an index on the keys only
 * as many are made as the page takes. PostgreSQL plans a subquery without regard to the limit beyond it
 * and summed up 1,800 groups to answer with 100.
 */
const groupsAnswered = (
  groups: readonly string[],
  request: RowsRequest,
  conditions: readonly string[],
): readonly string[] => {
  if (conditions.length === 0) return groups;
  const lines = groups.filter((line) => line !== '').join('\n  ');
  return [`select ${columnsSql(request)}`, `from (\n  ${lines}\n) as groups`, whereSql(conditions)];
};

/** At most `limit` rows of `generation` in the order of the request, behind `place`. */
export const rowsSql = (
  generation: string,
  request: RowsRequest,
  place: Place | null,
  limit: number,
): Statement => {
  const { filters, order, grouped } = request;
  const parameters = new Parameters();
  const filtersOn = (isKey: boolean): string[] =>
    [...filters]
      .filter(([column]) => column.isKey === isKey)
      .map(([column, filter]) => filterSql(column, filter, parameters));
  const table = tableOf(generation, sourceOf(request));
  const behind = place === null ? [] : [behindSql(order, place, parameters)];
  const isByKeys = order.every(({ column }) => column.isKey);
  const onTable = [
    ...filtersOn(true),
    ...rangeSql(request, parameters),
    ...(isByKeys || !grouped ? behind : []),
  ];
  const onMeasures = filtersOn(false); // of groups, a filter on a measure means its sum
  const onGroups = [...onMeasures, ...(isByKeys ? [] : behind)];
  const lines = [
    ...(grouped
      ? groupsAnswered(groupsSql(table, request, whereSql(onTable)), request, onGroups)
      : [`select ${columnsSql(request)}`, `from ${table}`, whereSql([...onTable, ...onMeasures])]),
    order.length === 0 ? '' : `order by ${orderSql(order)}`,
    `limit ${parameters.bind(limit, 'bigint')}`,
  ];
  return { text: lines.filter((line) => line !== '').join('\n'), values: parameters.values };
};

/** The row of `generation` with these values of its keys. */
export const rowSql = (
  generation: string,
  { projection, columns, keys }: Pick<RowsRequest, 'projection' | 'columns' | 'keys'>,
  values: readonly string[],
): Statement => {
  const parameters = new Parameters();
  const conditions = keys.map(
    ({ sql, type }, index) => `${sql} = ${parameters.bind(values[index], type)}`,
  );
  const text = `select ${columns.map(({ sql }) => sql).join(', ')}
from ${tableOf(generation, projection)}
${whereSql(conditions)}`;
  return { text, values: parameters.values };
};
