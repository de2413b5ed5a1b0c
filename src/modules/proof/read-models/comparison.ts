import type { TableColumn } from '../../projector/table';
import type { Field } from '../../database/copy-text';
import type { FaultList } from '../fault-list';
import type { RowFault } from '../proof.schemas';
import { keyOf, storedText } from './column-text';
import type { LiveTable } from './live-tables';
import { isIn } from './slice';
import type { Share } from './slice';
import type { FoldedRow, TableFold } from './table-fold';

/** The rows of a table in the order of their keys, which does not depend on the database's locale. */
export const tableRowsSql = ({ name, columns }: LiveTable): string => {
  const keys = columns.filter(({ isKey }) => isKey);
  const order = keys.map(({ sql, type }) => (type === 'text' ? `${sql} collate "C"` : sql));
  return `select ${columns.map(({ sql }) => sql).join(', ')} from ${name} order by ${order.join(', ')}`;
};

/** A stored row as texts. */
export const storedRow = (columns: readonly TableColumn[], fields: readonly Field[]): Field[] =>
  columns.map(({ type }, index) => storedText(type, fields[index] ?? null));

const shown = (text: Field): string => (text === null ? 'nothing' : text);

/** Holds the rows of one share of a table against what was folded, one after the other. */
export class Comparison {
  private readonly table: LiveTable;
  private readonly keyColumns: readonly TableColumn[];
  /** Rows that something could be said of. */
  compared = 0;

  constructor(
    private readonly share: Share<LiveTable>,
    private readonly fold: TableFold,
    private readonly faults: FaultList<RowFault>,
  ) {
    this.table = share.table;
    this.keyColumns = this.table.columns.filter(({ isKey }) => isKey);
  }

  /** A row of the table, as `storedRow` gives it. */
  take(row: readonly Field[]): void {
    const { slice, sample } = this.share;
    if (sample !== undefined && !sample.ids.has(row[sample.column] ?? '')) return;
    const key = keyOf(row.slice(0, this.keyColumns.length));
    if (!isIn(slice, key)) return;
    const folded = this.fold.take(key);
    if (folded === null) return;
    this.compared += 1;
    if (folded === undefined) this.report('added', row, 'is in the table, but in no event');
    else this.compare(row, folded);
  }

  /** There is no further row: what is folded and was not there is missing. */
  finish(): void {
    for (const row of this.fold.rest()) {
      this.report('missing', row, 'follows from the events, but is not in the table');
    }
  }

  private compare(row: readonly Field[], folded: FoldedRow): void {
    this.table.columns.forEach(({ name }, index) => {
      const [found, due] = [row[index] ?? null, folded[index] ?? null];
      if (found === due) return;
      const detail = `${name} is ${shown(found)}; the events make it ${shown(due)}`;
      this.report('changed', row, detail, { column: name, found, folded: due });
    });
  }

  private report(
    kind: RowFault['kind'],
    row: readonly Field[],
    detail: string,
    change: Partial<RowFault> = {},
  ): void {
    const key = Object.fromEntries(
      this.keyColumns.map(({ name }, index) => [name, row[index] ?? null]),
    );
    const { name } = this.table;
    const of = Object.values(key).map(shown).join(', ');
    const nothing = { column: null, found: null, folded: null };
    this.faults.add({ kind, table: name, key, ...nothing, ...change, detail: `${of}: ${detail}` });
  }
}
