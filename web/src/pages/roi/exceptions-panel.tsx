import type { RoiExceptionRow } from '../../api/rows';
import { count } from '../../format/numbers';
import { after } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Money } from '../../parts/money';
import { Panel } from '../../parts/panel';
import { link, route } from '../../routing/route';
import { dayAfter } from '../../time/days';
import { useRows } from '../../time/use-at-moment';
import { doubtOf } from './doubt';
import type { DoubtKind } from './doubt';
import { DoubtfulExecutions } from './doubtful-executions';

const freshness = after(['LlmCallRecorded', 'CallsRepriced'], 5_000);

/** This page, with the executions behind one of its rows. */
const behind = (kind: DoubtKind, { model, agent }: RoiExceptionRow): string =>
  link('roi', null, { ...route.value.query, kind, model, agent });

const named = (kind: DoubtKind): readonly Column<RoiExceptionRow>[] => [
  { heading: 'Model', cell: ({ model }) => model, isName: true },
  { heading: 'Agent', cell: ({ agent }) => agent },
  {
    heading: 'Calls',
    cell: (row) => <a href={behind(kind, row)}>{count(row.open)}</a>,
    isNumeric: true,
  },
];

const unpricedColumns = named('unpriced');

const compared: readonly Column<RoiExceptionRow>[] = [
  ...named('deviating'),
  {
    heading: 'Reported (USD)',
    cell: (row) => <Money nanoUsd={row.reportedNanoUsd} />,
    isNumeric: true,
  },
  {
    heading: 'Computed (USD)',
    cell: (row) => <Money nanoUsd={row.computedNanoUsd} />,
    isNumeric: true,
  },
];

const keyOf = ({ model = '', agent = '' }: RoiExceptionRow): string => `${model} ${agent}`;

/** The calls whose cost somebody should look at. */
export const ExceptionsPanel = ({ from, to }: { readonly from: string; readonly to: string }) => {
  const doubt = doubtOf(route.value.query);
  const parameters = { groupBy: 'model,agent', from, to: dayAfter(to), sort: '-open', limit: 20 };
  const unpriced = useRows<RoiExceptionRow>(
    'roi-exceptions',
    { ...parameters, kind: 'unpriced' },
    freshness,
  );
  const deviating = useRows<RoiExceptionRow>(
    'roi-exceptions',
    { ...parameters, kind: 'deviating' },
    freshness,
  );
  return (
    <Panel title="Doubtful costs" span="half">
      <h3>Calls without a price</h3>
      <Answered answer={unpriced} lines={3}>
        {({ rows }) => {
          const open = rows.filter((row) => row.open !== '0');
          if (open.length === 0) return <Empty>Every call has a price.</Empty>;
          return (
            <DataTable
              caption="Calls without a price"
              columns={unpricedColumns}
              rows={open}
              keyOf={keyOf}
            />
          );
        }}
      </Answered>
      <h3>Reported over 1 % off what the price book says</h3>
      <Answered answer={deviating} lines={3}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty>None: what was reported is what was computed.</Empty>
          ) : (
            <DataTable
              caption="Calls reported otherwise than computed"
              columns={compared}
              rows={rows}
              keyOf={keyOf}
            />
          )
        }
      </Answered>
      {doubt !== null && <DoubtfulExecutions doubt={doubt} from={from} to={to} />}
    </Panel>
  );
};
