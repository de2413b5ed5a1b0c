/** How a column of a table is headed and laid out. */
export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Gives way, by an ellipsis at its end, where the table is wider than allowed. */
  readonly shrinks?: boolean;
}

interface TableLayout {
  readonly indent?: number;
  /** Characters in a line at most. */
  readonly width?: number;
  readonly heading?: (line: string) => string;
}

const gap = '  ';
const narrowest = 6;

const fit = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;

const widthsOf = (columns: readonly TableColumn[], rows: readonly (readonly string[])[]) =>
  columns.map(({ title }, at) =>
    Math.max(title.length, ...rows.map((cells) => cells[at]?.length ?? 0)),
  );

/** Takes what is too much from the columns that may shrink, the widest first. */
const shrink = (columns: readonly TableColumn[], widths: number[], tooMuch: number): number[] => {
  let left = tooMuch;
  while (left > 0) {
    const candidates = widths.map((width, at) => (columns[at]?.shrinks === true ? width : 0));
    const widest = Math.max(...candidates);
    if (widest <= narrowest) return widths;
    const at = candidates.indexOf(widest);
    widths[at] = widest - 1;
    left -= 1;
  }
  return widths;
};

/** Rows as aligned lines of text under their heading, ended by a line feed each. */
export const table = (
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  { indent = 2, width = 80, heading = (line) => line }: TableLayout = {},
): string => {
  const natural = widthsOf(columns, rows);
  const total = natural.reduce((sum, one) => sum + one, indent + gap.length * (columns.length - 1));
  const widths = shrink(columns, natural, total - width);
  const line = (cells: readonly string[]): string => {
    const laid = columns.map(({ align = 'left' }, at) => {
      const cell = fit(cells[at] ?? '', widths[at] ?? 0);
      return align === 'left' ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0);
    });
    return (' '.repeat(indent) + laid.join(gap)).trimEnd();
  };
  const head = heading(line(columns.map(({ title }) => title)));
  return [head, ...rows.map(line)].map((text) => `${text}\n`).join('');
};
