import { z } from 'zod';
import type { Projection } from '../../../projections/projection';
import { unknownName } from '../../http/known-names';
import type { TableColumn } from '../../projector/table';
import { itemsOf } from '../comma-list';
import { items, single } from '../query-fields';
import { isComparable, scalarOf } from './row-columns';

/*
 * What a query may say about the columns of a projection, as zod fields.
 */

/** Any of these; null stands for a row that has no value there. */
export type Filter = readonly (string | null)[];

export interface SortTerm {
  readonly column: TableColumn;
  readonly descending: boolean;
}

/** The values a row's column may have. */
export const filterField = (column: TableColumn) =>
  items
    .transform((values, context) =>
      values.map((value) => {
        if (value === '' && column.nullable) return null;
        const read = scalarOf(column)?.read(value);
        if (read !== undefined) return read;
        const expected = scalarOf(column)?.expected ?? '';
        context.addIssue(`${JSON.stringify(value)} is not ${expected}`);
        return z.NEVER;
      }),
    )
    .meta({
      description: `Any of these (a comma list, or repeated)${column.nullable ? '; empty for no value' : ''}`,
    })
    .optional();

const columnNamed = (
  name: string,
  columns: readonly TableColumn[],
  context: z.RefinementCtx,
): TableColumn | undefined => {
  const column = columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  const known = columns.map((candidate) => candidate.name);
  context.addIssue(`${name}: ${unknownName('column', name, known)}`);
  return undefined;
};

const repeats = (names: readonly string[]): string[] =>
  names.filter((name, index) => names.indexOf(name) !== index);

/** The order of rows: by columns of the table that have an order, or by readings of them. */
export const sortField = (
  columns: readonly TableColumn[],
  { sort: usual, readings = {}, presented }: Pick<Projection, 'sort' | 'readings' | 'presented'>,
) => {
  const sorting = new Map(
    columns.filter(isComparable).map((column) => [column.name, column] as const),
  );
  for (const [name, exact] of Object.entries(readings)) {
    const column = sorting.get(exact);
    if (column !== undefined) sorting.set(name, column);
  }
  const shown = new Set([...columns.map(({ name }) => name), ...Object.keys(presented)]);
  const refusalOf = (name: string): string =>
    shown.has(name)
      ? `has no order here; rows are sorted by ${[...sorting.keys()].join(', ')}`
      : unknownName('column', name, [...sorting.keys()]);
  return items
    .transform((terms, context) => {
      const sort = terms.flatMap((term): SortTerm[] => {
        const descending = term.startsWith('-');
        const name = descending ? term.slice(1) : term;
        const column = sorting.get(name);
        if (column === undefined) context.addIssue(`${name}: ${refusalOf(name)}`);
        return column === undefined ? [] : [{ column, descending }];
      });
      for (const name of repeats(sort.map(({ column }) => column.name))) {
        context.addIssue(`${name} is named twice`);
      }
      return sort;
    })
    .meta({ description: `Columns to sort by, \`-\` for descending; ${usual} by default` })
    .optional();
};

/** The keys that rows of totals are summed by. */
export const groupField = (keys: readonly TableColumn[]) =>
  single
    .transform((text, context) => {
      const names = text === '' ? [] : itemsOf(text);
      for (const name of repeats(names)) context.addIssue(`${name} is named twice`);
      return names.flatMap((name) => columnNamed(name, keys, context) ?? []);
    })
    .meta({ description: 'Which of its keys rows stand for, as a comma list; empty for one total' })
    .optional();
