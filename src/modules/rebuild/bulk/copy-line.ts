import type { SqlType } from '../../../projections/columns';
import type { TableColumn } from '../../projector/table';

const special = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = {
  ...{ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' },
};

const escaped = (text: string): string =>
  special.test(text) ? text.replace(/[\\\t\n\r]/g, (found) => escapes[found] ?? found) : text;

const plain = (value: unknown): string => String(value);

/**
 * Text of whole numbers. Those of a thousand digits, which histograms are, take microseconds each, and rows
 * of few observations have the same ones: so some are kept, by a text that is sooner made.
 */
class WholeNumbers {
  private readonly known = new Map<string, string>();

  of(value: unknown): string {
    if (typeof value !== 'bigint' || (value < longAbove && value > -longAbove)) {
      return String(value);
    }
    const name = value.toString(32);
    let text = this.known.get(name);
    if (text === undefined) {
      text = String(value);
      if (this.known.size < keptAtMost) this.known.set(name, text);
    }
    return text;
  }
}

const longAbove = 1n << 256n;
/** About eight megabytes. */
const keptAtMost = 4_096;

const wholeNumbers = new WholeNumbers();

const texts: Readonly<Record<SqlType, (value: unknown) => string>> = {
  text: (value) => escaped(value as string),
  integer: plain,
  bigint: plain,
  numeric: (value) => wholeNumbers.of(value),
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
