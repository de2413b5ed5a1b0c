import { stringify } from 'csv-stringify/sync';
import type { Options } from 'csv-stringify/sync';
import type { TableColumn } from '../../projector/table';
import type { LiveGeneration } from './live-generation';
import { presentedRow } from './presented-row';
import { answerShape, shownColumns } from './row-columns';
import type { Page, RowReader } from './row-reader';
import type { RowsRequest } from './row-request';

export const exportTypes = ['text/csv', 'application/x-ndjson'] as const;
export type ExportType = (typeof exportTypes)[number];

/** How many rows are read, and held, at a time. */
export const exportPage = 1_000;

type Rows = readonly Record<string, unknown>[];

const csvOptions: Options = {
  cast: {
    boolean: String,
    // An empty text is not an absent one.
    string: (value) => (value === '' ? { value, quoted_empty: true } : value),
  },
};

/** The names of the columns of an answer, in order. */
const namesOf = ({ projection, columns }: RowsRequest): string[] => {
  const isGroupedAway = ({ name }: TableColumn): boolean =>
    !columns.some((column) => column.name === name);
  const away = new Set(
    shownColumns(projection)
      .filter(isGroupedAway)
      .map(({ name }) => name),
  );
  return Object.keys(answerShape(projection)).filter((name) => !away.has(name));
};

const textOf = (type: ExportType, names: readonly string[], rows: Rows, first: boolean): string => {
  if (type === 'text/csv') {
    return stringify([...rows], { ...csvOptions, columns: [...names], header: first });
  }
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
};

/**
 * All rows that `request` asks for, a page at a time from `first` on. Between pages nothing is held
 * but the place; all pages are of one generation, each as of when it is read.
 */
export async function* exported(
  reader: RowReader,
  request: RowsRequest,
  first: Page & { readonly generation: LiveGeneration },
  type: ExportType,
): AsyncGenerator<string> {
  const names = namesOf(request);
  const text = ({ rows }: Page, isFirst: boolean): string =>
    textOf(
      type,
      names,
      rows.map((row) => presentedRow(request.projection, row)),
      isFirst,
    );
  yield text(first, true);
  let place = request.limit === null ? first.next : null;
  while (place !== null) {
    const page = await reader.following(request, first.generation, place, exportPage);
    yield text(page, false);
    place = page.next;
  }
}
