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

/** Those that are live, or on their way to it or back. */
const current = [
  ...['live', 'draft', 'validating', 'awaiting_sign_off', 'go', 'staging'],
  ...['analysing', 'promoting', 'rolling_back', 'rollback_failed'],
].join(',');

const columns: readonly Column<DeploymentRow>[] = [
  deploymentColumn,
  statusColumn,
  { heading: 'Lacks', cell: ({ missing }) => count(missing.length), isNumeric: true },
];

/** Which deployments are live or under way. */
export const DeploymentsPanel = () => (
  <Panel title="Deployments" actions={<a href={link('deployments')}>All of them</a>}>
    <Answered
      answer={useRows<DeploymentRow>('deployments', { status: current, limit: shown }, freshness)}
    >
      {({ rows }) =>
        rows.length === 0 ? (
          <Empty>None is live: what is recorded is stamped “initial”.</Empty>
        ) : (
          <DataTable
            caption="Deployments that are live or under way"
            columns={columns}
            rows={rows}
            keyOf={({ deploymentId }) => deploymentId}
          />
        )
      }
    </Answered>
  </Panel>
);
