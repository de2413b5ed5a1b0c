import { count } from '../../format/numbers';
import { afterCategory } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { statusColumn } from '../../parts/course-columns';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { useRows } from '../../time/use-at-moment';
import type { DeploymentRow } from '../deployments/deployment';
import { deploymentColumn } from '../deployments/deployment-column';

const shown = 5;
const freshness = afterCategory('deployment');

/** Those that are on their way to be live, or back. */
const underWay = [
  'draft',
  'validating',
  'awaiting_sign_off',
  'go',
  'staging',
  'analysing',
  'promoting',
  'rolling_back',
  'rollback_failed',
].join(',');

const columns: readonly Column<DeploymentRow>[] = [
  deploymentColumn,
  statusColumn,
  { heading: 'Lacks', cell: ({ missing }) => count(missing.length), isNumeric: true },
];

/** Which deployments are live, whatever else is planned; then those that are under way. */
export const DeploymentsPanel = () => {
  const live = useRows<DeploymentRow>('deployments', { status: 'live' }, freshness);
  const others = useRows<DeploymentRow>(
    'deployments',
    { status: underWay, limit: shown },
    freshness,
  );
  return (
    <Panel title="Deployments" actions={<a href={link('deployments')}>All of them</a>}>
      <Answered answer={live} lines={2}>
        {({ rows }) =>
          rows.length === 0 && <Empty>None is live: what is recorded is stamped “initial”.</Empty>
        }
      </Answered>
      <Answered answer={others} lines={2}>
        {({ rows }) => {
          const all = [...(live.data?.rows ?? []), ...rows];
          return (
            all.length > 0 && (
              <DataTable
                caption="Deployments that are live or under way"
                columns={columns}
                rows={all}
                keyOf={({ deploymentId }) => deploymentId}
              />
            )
          );
        }}
      </Answered>
    </Panel>
  );
};
