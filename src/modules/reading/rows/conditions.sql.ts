import { columnsOf, sqlName } from '../../projector/table';
import type { TableColumn } from '../../projector/table';
import type { Place } from '../cursor';
import { firstDayAfter, firstDayFrom } from '../moment';
import type { Filter, SortTerm } from './row-fields';
import type { RowsRequest } from './row-request';

/*
 * Conditions on rows. Identifiers come from the registry alone; whatever a caller wrote is a
 * parameter.
 */

export class Parameters {
  readonly values: unknown[] = [];

  /** What stands for `value` in the statement. */
  bind(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/** A sum of bigints is numeric: exact, however large. */
const typeOf = ({ type, merge }: TableColumn): string => (merge === 'sum' ? 'numeric' : type);

export const filterSql = (column: TableColumn, filter: Filter, parameters: Parameters): string => {
  const values = filter.filter((value) => value !== null);
  const any = `${column.sql} = any (${parameters.bind(values, `${typeOf(column)}[]`)})`;
  return values.length < filter.length ? `(${any} or ${column.sql} is null)` : any;
};

/** Within `from` and `to`; a day counts as soon as they touch it. */
export const rangeSql = (
  { projection, from, to }: Pick<RowsRequest, 'projection' | 'from' | 'to'>,
  parameters: Parameters,
): string[] => {
  const sql = sqlName(projection.time);
  const time = columnsOf(projection).find(({ name }) => name === projection.time);
  const ofDays = time?.type === 'date';
  const type = ofDays ? 'date' : 'timestamptz';
  const low = ofDays && from !== null ? firstDayFrom(from) : from;
  const high = ofDays && to !== null ? firstDayAfter(to) : to;
  return [
    ...(low === null ? [] : [`${sql} >= ${parameters.bind(low, type)}`]),
    ...(high === null ? [] : [`${sql} < ${parameters.bind(high, type)}`]),
  ];
};

const isPlain = (order: readonly SortTerm[]): boolean =>
  order.every(({ column, descending }) => !column.nullable && descending === order[0]?.descending);

/** Behind a place in the order. Rows without a value come last, whatever the direction. */
export const behindSql = (
  order: readonly SortTerm[],
  place: Place,
  parameters: Parameters,
): string => {
  const terms = order.map(({ column, descending }, index) => {
    const value = place[index] ?? null;
    const bound = value === null ? null : parameters.bind(value, typeOf(column));
    return { sql: column.sql, nullable: column.nullable, further: descending ? '<' : '>', bound };
  });
  if (isPlain(order)) {
    // As one comparison of rows it can be looked up in an index.
    const columns = terms.map(({ sql }) => sql).join(', ');
    const values = terms.map(({ bound }) => bound).join(', ');
    return `(${columns}) ${terms[0]?.further ?? '>'} (${values})`;
  }
  const level = terms.map(({ sql, bound }) =>
    bound === null ? `${sql} is null` : `${sql} = ${bound}`,
  );
  const beyond = terms.map(({ sql, nullable, further, bound }) => {
    if (bound === null) return 'false';
    return nullable
      ? `(${sql} ${further} ${bound} or ${sql} is null)`
      : `${sql} ${further} ${bound}`;
  });
  const branches = beyond.map((last, index) => [...level.slice(0, index), last].join(' and '));
  return `(${branches.join(' or ')})`;
};

export const orderSql = (order: readonly SortTerm[]): string =>
  order
    .map(({ column: { sql, nullable }, descending }) =>
      [sql, descending ? ' desc' : '', nullable ? ' nulls last' : ''].join(''),
    )
    .join(', ');

export const whereSql = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
