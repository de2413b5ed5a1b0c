import type { SqlType } from '../../../projections/columns';
import { histogramText } from '../../../projections/histogram';
import type { Histogram } from '../../../projections/histogram';
import type { TableColumn } from '../../projector/table';

const special = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

const escaped = (text: string): string =>
  special.test(text) ? text.replace(/[\\\t\n\r]/g, (found) => escapes[found] ?? found) : text;

const plain = (value: unknown): string => String(value);

const texts: Readonly<Record<SqlType, (value: unknown) => string>> = {
  text: (value) => escaped(value as string),
  integer: plain,
  bigint: plain,
  'numeric(38,0)': plain,
  numeric: (value) => histogramText(value as Histogram),
  'double precision': plain,
  boolean: plain,
  date: plain,
  timestamptz: plain,
  json: (value) => escaped(JSON.stringify(value)),
};

/**
 * A row in folds' terms as a line of COPY's text format; see the PostgreSQL manual, "COPY", File
 * Formats. PostgreSQL makes of it what it makes of the JSON that the live runner sends.
 *
 * @param valueOf the value of a column by its name.
 */
export const copyLine = (
  columns: readonly TableColumn[],
  valueOf: (name: string) => unknown,
): string => {
  let line = '';
  for (const { name, type } of columns) {
    const value = valueOf(name);
    if (line !== '') line += '\t';
    line += value === null || value === undefined ? '\\N' : texts[type](value);
  }
  return `${line}\n`;
};
