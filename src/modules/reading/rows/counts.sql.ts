import { tableOf } from '../../projector/table';
import { Parameters, filterSql, rangeSql, whereSql } from './conditions.sql';
import type { CountRequest } from './count-request';
import type { Statement } from './rows.sql';

/** How many rows of `generation` have each value, read from an index where nothing else is asked for. */
export const countsSql = (generation: string, request: CountRequest): Statement => {
  const { projection, by, filters } = request;
  const parameters = new Parameters();
  const conditions = [
    ...[...filters].map(([column, filter]) => filterSql(column, filter, parameters)),
    ...rangeSql(request, parameters),
  ];
  const lines = [
    `select ${by.sql} as value, count(*)::float8 as rows`,
    `from ${tableOf(generation, projection)}`,
    whereSql(conditions),
    `group by ${by.sql}`,
    `order by ${by.sql}`,
  ];
  return { text: lines.filter((line) => line !== '').join('\n'), values: parameters.values };
};
