import { CsvError, parse } from 'csv-parse/sync';
import { addFigures } from './usage';
import type { Usage } from './usage';
import { usageColumns } from './usage-columns';
import type { Only, UsageColumns } from './usage-columns';
import { usageOf } from './usage-row';

/** What is wrong at a place of the file. */
export interface CsvFault {
  /** From 1; a row of several lines counts by its last. */
  readonly line: number;
  /** As in the header; null for the whole row. */
  readonly column: string | null;
  readonly message: string;
}

/** A usage export, summed by day and model; of a file with faults nothing is to be believed. */
export interface UsageFile {
  readonly rows: number;
  readonly usage: readonly Usage[];
  readonly faults: readonly CsvFault[];
}

const separators = [',', ';', '\t'];

/** The separator that the header has most of, outside quotes. */
const separatorOf = (text: string): string => {
  const [header = ''] = text.trimStart().split(/\r?\n/, 1);
  const bare = header.replace(/"[^"]*"/g, '');
  const counts = separators.map((separator) => bare.split(separator).length);
  return separators[counts.indexOf(Math.max(...counts))] ?? ',';
};

/** Takes the records of a file as they come: the header first. */
class UsageReader {
  readonly faults: CsvFault[] = [];
  readonly sums = new Map<string, Usage>();
  rows = 0;
  private headers: readonly string[] | null = null;
  private columns: UsageColumns | null = null;

  constructor(private readonly only: Only) {}

  take(cells: readonly string[], line: number): void {
    if (this.headers === null) this.takeHeader(cells, line);
    else if (this.columns !== null) this.takeRow(cells, line, this.headers, this.columns);
  }

  private takeHeader(headers: readonly string[], line: number): void {
    this.headers = headers;
    const known = usageColumns(headers, this.only);
    if ('columns' in known) this.columns = known.columns;
    else for (const message of known.faults) this.faults.push({ line, column: null, message });
  }

  private takeRow(
    cells: readonly string[],
    line: number,
    headers: readonly string[],
    columns: UsageColumns,
  ): void {
    this.rows += 1;
    if (cells.length !== headers.length) {
      const message = `has ${cells.length} cells where the header has ${headers.length}`;
      this.faults.push({ line, column: null, message });
      return;
    }
    const row = usageOf(cells, columns, (place, message) => {
      this.faults.push({ line, column: headers[place] ?? null, message });
    });
    const key = `${row.day} ${row.model}`;
    const before = this.sums.get(key)?.figures ?? null;
    this.sums.set(key, { ...row, figures: addFigures(before, row.figures) });
  }
}

/**
 * The usage that a provider's export tells: comma, semicolon or tab separated, with or without
 * quotes. Every fault is named by line and column.
 */
export const readUsage = (text: string, only: Only): UsageFile => {
  const reader = new UsageReader(only);
  const wrong = (line: number, message: string): void => {
    reader.faults.push({ line, column: null, message });
  };
  try {
    parse(text, {
      bom: true,
      delimiter: separatorOf(text),
      relax_column_count: true, // told by us, for every such row
      skip_empty_lines: true,
      skip_records_with_empty_values: true, // spreadsheets leave such rows at the end
      trim: true,
      on_record: (cells: string[], { lines }) => {
        reader.take(cells, lines);
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const [reason = ''] = error.message.split(':');
    wrong(Number(error['lines'] ?? 1), `is broken: ${reason.toLowerCase()}`);
  }
  if (reader.rows === 0 && reader.faults.length === 0) {
    wrong(1, text.trim() === '' ? 'the file is empty' : 'the file has a header and no rows');
  }
  return { rows: reader.rows, usage: [...reader.sums.values()], faults: reader.faults };
};
