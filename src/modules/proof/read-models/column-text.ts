import type { SqlType } from '../../../projections/columns';
import { canonicalInstant, instantFromDatabase } from '../../ledger/instant';
import type { Field } from '../../database/copy-text';

/*
 * One text for a value of a column, whether it was folded or is stored: what two rows are compared
 * by, and what the content hash is made of.
 */

const plainJson = (text: string): string => JSON.stringify(JSON.parse(text));

const same = (text: string): string => text;

const stored: Readonly<Record<SqlType, (text: string) => string>> = {
  text: same,
  integer: same,
  bigint: same,
  'numeric(38,0)': same,
  numeric: same,
  date: same,
  boolean: (text) => (text === 't' ? 'true' : 'false'),
  'double precision': (text) => String(Number(text)),
  timestamptz: instantFromDatabase,
  json: plainJson,
};

const folded: Readonly<Record<SqlType, (value: unknown) => string>> = {
  text: String,
  integer: String,
  bigint: String,
  'numeric(38,0)': String,
  numeric: String,
  date: String,
  boolean: String,
  'double precision': (value) => String(Number(value) + 0), // PostgreSQL tells -0 and 0 apart
  timestamptz: (value) => canonicalInstant(value as string),
  json: (value) => plainJson(JSON.stringify(value)),
};

/** The text of a value as PostgreSQL prints it. */
export const storedText = (type: SqlType, field: Field): Field =>
  field === null ? null : stored[type](field);

/** The text of a value of a fold. */
export const foldedText = (type: SqlType, value: unknown): Field =>
  value === null || value === undefined ? null : folded[type](value);

/** What tells rows of a table apart: the texts of their keys. */
export const keyOf = (texts: readonly Field[]): string => JSON.stringify(texts);
