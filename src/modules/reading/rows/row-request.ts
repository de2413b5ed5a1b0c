import type { Projection } from '../../../projections/projection';
import { malformed, parseInput } from '../../http/faults';
import type { TableColumn } from '../../projector/table';
import { placeOf } from '../cursor';
import type { Place } from '../cursor';
import type { rowsQuerySchema } from '../projection.schemas';
import { scalarOf, shownColumns } from './row-columns';
import type { AsOf } from '../as-of/moment-asked';
import type { Filter, SortTerm } from './row-fields';

/** Which rows of a projection, in which order: what a query string means. */
export interface RowsRequest {
  readonly projection: Projection;
  /** The columns of an answer's row, before it is presented. */
  readonly columns: readonly TableColumn[];
  /** The columns that tell the answer's rows apart. */
  readonly keys: readonly TableColumn[];
  /** Whether rows are sums over rows of the table. */
  readonly grouped: boolean;
  readonly filters: ReadonlyMap<TableColumn, Filter>;
  /** Canonical instants; `from` is included, `to` is not. */
  readonly from: string | null;
  readonly to: string | null;
  /** Total: it ends with the keys. */
  readonly order: readonly SortTerm[];
  readonly limit: number | null;
  readonly after: Place | null;
  readonly minPosition: bigint | null;
  /** A past moment; null for now. */
  readonly asOf: AsOf | null;
  /** What a cursor is bound to. */
  readonly identity: unknown;
}

interface Parameters {
  readonly from?: string;
  readonly to?: string;
  readonly sort?: readonly SortTerm[];
  readonly groupBy?: readonly TableColumn[];
  readonly limit?: number;
  readonly cursor?: string;
  readonly minPosition?: bigint;
  readonly asOf?: AsOf;
}

const usualSort = (projection: Projection, columns: readonly TableColumn[]): SortTerm[] => {
  const descending = projection.sort.startsWith('-');
  const column = columns.find(({ name }) => name === projection.sort.replace('-', ''));
  return column === undefined ? [] : [{ column, descending }];
};

/** With the keys behind it, in the direction of the last term, so that one index can serve it all. */
const totalOrder = (sort: readonly SortTerm[], keys: readonly TableColumn[]): SortTerm[] => {
  const sorted = new Set(sort.map(({ column }) => column.name));
  const descending = sort.at(-1)?.descending ?? false;
  const rest = keys.filter(({ name }) => !sorted.has(name));
  return [...sort, ...rest.map((column) => ({ column, descending }))];
};

const outsideGroup = (sort: readonly SortTerm[], columns: readonly TableColumn[]): void => {
  const errors = sort
    .filter(({ column }) => !columns.some(({ name }) => name === column.name))
    .map(({ column }) => ({ path: 'sort', message: `${column.name} is not in groupBy` }));
  if (errors.length > 0) throw malformed(errors);
};

/** The filters that a parsed query string has. */
export const filtersOf = (
  parsed: Readonly<Record<string, unknown>>,
  columns: readonly TableColumn[],
): ReadonlyMap<TableColumn, Filter> =>
  new Map(
    columns.flatMap((column) => {
      const filter = parsed[column.name] as Filter | undefined;
      return filter === undefined ? [] : [[column, filter] as const];
    }),
  );

const fits =
  (order: readonly SortTerm[]) =>
  (place: Place): boolean =>
    place.length === order.length &&
    order.every(({ column }, index) => {
      const value = place[index] ?? null;
      if (value === null) return column.nullable;
      return scalarOf(column)?.read(value) !== undefined;
    });

/** A place as the database reads it, whoever wrote the cursor. */
const asRead = (order: readonly SortTerm[], place: Place): Place =>
  order.map(({ column }, index) => {
    const value = place[index] ?? null;
    return value === null ? null : (scalarOf(column)?.read(value) ?? value);
  });

/**
 * The rows that the query string of `GET /v1/projections/<name>` asks for.
 *
 * @throws Problem 400 with every fault.
 */
export const rowsRequest = (
  projection: Projection,
  schema: ReturnType<typeof rowsQuerySchema>,
  query: unknown,
): RowsRequest => {
  const parsed = parseInput(schema, query) as Record<string, unknown>;
  const { from = null, to = null, ...given } = parsed as Parameters;
  const all = shownColumns(projection);
  const isGrouping = ({ name }: TableColumn): boolean =>
    given.groupBy?.some((key) => key.name === name) ?? true;
  const keys = given.groupBy ?? all.filter(({ isKey }) => isKey);
  const columns = all.filter((column) => !column.isKey || isGrouping(column));
  const filters = filtersOf(parsed, all);
  const sort = given.sort ?? usualSort(projection, columns);
  outsideGroup(sort, columns);
  const order = totalOrder(sort, keys);
  const identity = [
    projection.name,
    projection.version,
    keys.map(({ name }) => name),
    [...filters].map(([{ name }, values]) => [name, values]),
    [from, to],
    order.map(({ column, descending }) => [column.name, descending]),
    ...(given.asOf === undefined ? [] : [String(given.asOf)]),
  ];
  return {
    projection,
    columns,
    keys,
    grouped: columns.length < all.length,
    filters,
    from,
    to,
    order,
    limit: given.limit ?? null,
    after:
      given.cursor === undefined
        ? null
        : asRead(order, placeOf(identity, given.cursor, fits(order))),
    minPosition: given.minPosition ?? null,
    asOf: given.asOf ?? null,
    identity,
  };
};

/** Where `row` stands in the order of `request`. */
export const placeOfRow = ({ order }: RowsRequest, row: Readonly<Record<string, unknown>>): Place =>
  order.map(({ column }) => {
    const value = row[column.name] as string | number | bigint | boolean | null;
    return value === null ? null : String(value);
  });
