import { z } from 'zod';
import type { SqlType } from '../../../projections/columns';
import type { Projection } from '../../../projections/projection';
import { positionSchema } from '../../http/contract.schemas';
import { columnsOf, streamVersion } from '../../projector/table';
import type { TableColumn } from '../../projector/table';
import { momentExpected, momentOf } from '../moment';
import { isStorable } from '../query-fields';

/** The columns of a projection's table that answers are made of, keys first. */
export const shownColumns = (projection: Projection): TableColumn[] =>
  columnsOf(projection).filter(({ name }) => name !== streamVersion);

interface Scalar {
  readonly expected: string;
  /** The text as the database reads it, or undefined where it is no such value. */
  readonly read: (text: string) => string | undefined;
}

const wholeWithin = (bits: bigint) => (text: string) =>
  /^-?\d{1,19}$/.test(text) && BigInt.asIntN(Number(bits), BigInt(text)) === BigInt(text)
    ? text
    : undefined;

const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);

const scalars: Readonly<Record<SqlType, Scalar | null>> = {
  text: { expected: 'text', read: (text) => (isStorable(text) ? text : undefined) },
  integer: { expected: 'a whole number', read: wholeWithin(32n) },
  bigint: { expected: 'a whole number', read: wholeWithin(64n) },
  'numeric(38,0)': { expected: 'a whole number', read: matching(/^-?\d{1,38}$/) },
  'double precision': {
    expected: 'a number',
    // As the number it is: PostgreSQL refuses digits that are too small for one, which are 0.
    read: (text) =>
      /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))
        ? String(Number(text))
        : undefined,
  },
  boolean: { expected: 'true or false', read: matching(/^(true|false)$/) },
  timestamptz: { expected: momentExpected, read: momentOf },
  date: {
    expected: 'a day as YYYY-MM-DD',
    read: (text) => (z.iso.date().safeParse(text).success && text >= '0001' ? text : undefined),
  },
  json: null,
  numeric: null,
};

/** How values of this type are written in a query; null for one that has no order. */
export const scalarOf = ({ type }: TableColumn): Scalar | null => scalars[type];

/** Whether rows can be filtered and sorted by the column. */
export const isComparable = (column: TableColumn): boolean => scalarOf(column) !== null;

const shapes: Readonly<Record<SqlType, () => z.ZodType>> = {
  text: () => z.string(),
  integer: () => z.int(),
  bigint: () => z.string().regex(/^-?\d+$/),
  'numeric(38,0)': () => z.string().regex(/^-?\d+$/),
  'double precision': () => z.number(),
  boolean: () => z.boolean(),
  timestamptz: () => z.iso.datetime(),
  date: () => z.iso.date(),
  json: () => z.json(),
  numeric: () => positionSchema,
};

/** The shape of every column of an answer, in order: those of the table, then what `present` adds. */
export const answerShape = (projection: Projection): Record<string, z.ZodType> => ({
  ...Object.fromEntries(
    shownColumns(projection).map(({ name, type, nullable }) => [
      name,
      nullable ? shapes[type]().nullable() : shapes[type](),
    ]),
  ),
  ...projection.presented,
});
