import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly isNumeric?: boolean;
  /** The cell that names the row. */
  readonly isName?: boolean;
  /** Left out on small screens. */
  readonly isMinor?: boolean;
  /** The heading is an id, and shown as it is. */
  readonly isVerbatim?: boolean;
}

export interface TableProperties<Row> {
  /** What the table is, for those who cannot see it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

const classOf = <Row,>({ isNumeric, isMinor, isVerbatim }: Column<Row>): string =>
  [
    isNumeric === true ? 'numeric' : '',
    isMinor === true ? 'minor' : '',
    isVerbatim === true ? 'verbatim' : '',
  ]
    .filter((name) => name !== '')
    .join(' ');

/** Rows and columns; wider than its place it scrolls by itself, also by keyboard. */
export const DataTable = <Row,>({ caption, columns, rows, keyOf }: TableProperties<Row>) => (
  <div class="table" role="region" aria-label={caption} tabIndex={0}>
    <table>
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.heading} scope="col" class={classOf(column)}>
              {column.heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map((column) =>
              column.isName === true ? (
                <th key={column.heading} scope="row" class={classOf(column)}>
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.heading} class={classOf(column)}>
                  {column.cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
