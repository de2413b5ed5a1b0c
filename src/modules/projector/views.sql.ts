import type { Projection } from '../../projections/projection';
import { columnsOf, sqlName, tableOf } from './table';
import { wordViewsSql } from './word-index.sql';

/**
 * What points the views of `read` at a generation, within a transaction; `before` is the version that
 * they showed, null for none. A view of the same columns is replaced, so that whatever depends on it
 * stays; one of other columns has to be made anew.
 */
export const showSql = (id: string, projection: Projection, before: number | null): string[] => {
  const view = `read.${sqlName(projection.name)}`;
  const columns = columnsOf(projection).map(({ sql }) => sql);
  const isSame = before === projection.version;
  return [
    ...(isSame ? [] : [`drop view if exists ${view}`]),
    `create or replace view ${view} as select ${columns.join(', ')} from ${tableOf(id, projection)}`,
    ...wordViewsSql(id, projection, isSame),
  ];
};
