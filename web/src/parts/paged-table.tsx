import type { ComponentChildren } from 'preact';
import type { Pages } from '../time/use-pages';
import { Answered } from './answered';
import { DataTable } from './data-table';
import type { TableProperties } from './data-table';
import { Empty } from './empty';
import { Pager } from './pager';

interface Properties<Row> extends Omit<TableProperties<Row>, 'rows'> {
  readonly pages: Pages<Row>;
  /** What is said where there are no rows. */
  readonly empty: ComponentChildren;
}

/** The rows of a read model as a table, a page at a time. */
export const PagedTable = <Row,>({ pages, empty, ...table }: Properties<Row>) => (
  <Answered answer={pages.answer} lines={6}>
    {({ rows, next }) => (
      <>
        {rows.length === 0 ? <Empty>{empty}</Empty> : <DataTable {...table} rows={rows} />}
        <Pager pages={pages} next={next} />
      </>
    )}
  </Answered>
);
