import type { ExecutionRow } from '../../api/rows';
import { count } from '../../format/numbers';
import { afterCategory } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { At } from '../../parts/at';
import { stageColumn, statusColumn } from '../../parts/course-columns';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { executionColumn } from '../../parts/execution-column';
import { Money } from '../../parts/money';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { useRows } from '../../time/use-at-moment';

const status = 'queued,running,waiting,paused';
const shown = 6;
const freshness = afterCategory('execution');

const columns: readonly Column<ExecutionRow>[] = [
  executionColumn(),
  statusColumn,
  stageColumn,
  { heading: 'Calls', cell: ({ calls }) => count(calls), isNumeric: true, isMinor: true },
  { heading: 'Cost (USD)', cell: (row) => <Money nanoUsd={row.costNanoUsd} />, isNumeric: true },
  {
    heading: 'Heard of (UTC)',
    cell: ({ updatedAt }) => <At at={updatedAt} isZoned />,
    isNumeric: true,
    isMinor: true,
  },
];

/** Executions that have not ended. */
export const UnderWayPanel = () => {
  const parameters = { status, sort: '-updatedAt', limit: shown + 1 };
  return (
    <Panel
      title="Under way"
      span="wide"
      actions={<a href={link('executions', null, { status })}>All of them</a>}
    >
      <Answered answer={useRows<ExecutionRow>('execution-status', parameters, freshness)}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty>No execution is under way.</Empty>
          ) : (
            <>
              <DataTable
                caption="Executions under way"
                columns={columns}
                rows={rows.slice(0, shown)}
                keyOf={({ executionId }) => executionId}
              />
              {rows.length > shown && <p class="muted">The last {count(shown)} heard of.</p>}
            </>
          )
        }
      </Answered>
    </Panel>
  );
};
