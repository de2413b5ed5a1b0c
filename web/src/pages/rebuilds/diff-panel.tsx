import { Fragment } from 'preact';
import type { Schema } from '../../api/contract';
import { useAnswer } from '../../api/use-answer';
import { count, none, percent, plural } from '../../format/numbers';
import { Answered } from '../../parts/answered';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import type { Compared, TableDiff } from './rebuild';
import { shortened } from './shortened';

interface Field {
  readonly key: string;
  readonly kind: string;
  readonly column: string;
  readonly before: string | null;
  readonly after: string | null;
}

const fieldsOf = ({ samples }: TableDiff): Field[] =>
  samples.flatMap(({ kind, key, fields }) => {
    const name = Object.values(key).join(', ');
    if (fields.length === 0) return [{ key: name, kind, column: none, before: null, after: null }];
    return fields.map((field) => ({ key: name, kind, ...field }));
  });

const columns: readonly Column<Field>[] = [
  { heading: 'Row', cell: ({ key }) => key, isName: true },
  { heading: 'How', cell: ({ kind }) => <Status name={kind} tone="warn" /> },
  { heading: 'Column', cell: ({ column }) => <code>{column}</code> },
  {
    heading: 'Live',
    cell: ({ before, after }) => <del title={before ?? ''}>{shortened(before, after)}</del>,
  },
  {
    heading: 'Rebuilt',
    cell: ({ before, after }) => <ins title={after ?? ''}>{shortened(after, before)}</ins>,
  },
];

const Sums = ({ diff }: { readonly diff: TableDiff }) => {
  const differing = diff.totals.filter(({ before, after }) => before !== after);
  if (differing.length === 0) return null;
  return (
    <ul class="sums">
      {differing.map(({ column, before, after }) => (
        <li key={column}>
          Sum of <code>{column}</code>: <del>{shortened(before, after)}</del>{' '}
          <ins>{shortened(after, before)}</ins>
        </li>
      ))}
    </ul>
  );
};

const Table = ({ diff, name }: { readonly diff: TableDiff; readonly name: string }) => {
  const differing = diff.added + diff.missing + diff.changed;
  const summary = `${plural(diff.rows.before, 'row')} live, ${count(diff.rows.after)} rebuilt`;
  if (differing === 0) return <Empty>{summary}: none differs.</Empty>;
  return (
    <>
      <p>
        {summary}: {count(diff.changed)} changed, {count(diff.missing)} missing, {count(diff.added)}{' '}
        added ({percent(differing, diff.rows.before)}).
      </p>
      <DataTable
        caption={`Samples of rows that differ in ${name}`}
        columns={columns}
        rows={fieldsOf(diff)}
        keyOf={({ key, kind, column }) => `${key} ${kind} ${column}`}
      />
      <Sums diff={diff} />
    </>
  );
};

const differs = ({ tables }: Compared): boolean =>
  tables.some(({ added, missing, changed }) => added + missing + changed > 0);

const Differing = ({ projection, before, after, position, tables }: Compared) => (
  <Panel
    title={`Diff of ${projection}`}
    note={`${before} against ${after}, both at position ${count(position)}`}
  >
    {tables.map((table) => (
      <Fragment key={table.table}>
        {tables.length > 1 && <h3>{table.table}</h3>}
        <Table diff={table} name={projection} />
      </Fragment>
    ))}
  </Panel>
);

const sameColumns: readonly Column<Compared>[] = [
  { heading: 'Read model', cell: ({ projection }) => projection, isName: true },
  {
    heading: 'Rows, live and rebuilt',
    cell: ({ tables }) => tables.map(({ rows }) => count(rows.after)).join(' and '),
    isNumeric: true,
  },
  { heading: 'Position', cell: ({ position }) => count(position), isNumeric: true },
  { heading: 'Live', cell: ({ before }) => before, isMinor: true },
  { heading: 'Rebuilt', cell: ({ after }) => after, isMinor: true },
];

/** How what was built differs from what was live at the same position, by row and field. */
export const DiffPanel = ({ path }: { readonly path: string }) => (
  <Answered answer={useAnswer<Schema<'RebuildDiff'>>(path)} lines={6}>
    {({ projections }) => {
      const same = projections.filter((one) => !differs(one));
      return (
        <>
          {projections.filter(differs).map((one) => (
            <Differing key={one.projection} {...one} />
          ))}
          {same.length > 0 && (
            <Panel title="Without a difference" note="each row of them is as it was live">
              <DataTable
                caption="Read models without a difference"
                columns={sameColumns}
                rows={same}
                keyOf={({ projection }) => projection}
              />
            </Panel>
          )}
        </>
      );
    }}
  </Answered>
);
