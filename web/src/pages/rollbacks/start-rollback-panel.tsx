import { afterCategory } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { useRows } from '../../time/use-at-moment';
import type { DeploymentRow } from '../deployments/deployment';
import { StartRollbackForm } from './start-rollback-form';

const freshness = afterCategory('deployment');

/** Takes a live deployment back. */
export const StartRollbackPanel = () => {
  const live = useRows<DeploymentRow>('deployments', { status: 'live' }, freshness);
  const before = useRows<DeploymentRow>(
    'deployments',
    { status: 'superseded,rolled_back', limit: 50 },
    freshness,
  );
  return (
    <Panel title="Take a deployment back" note="the plan first: it records nothing">
      <Answered answer={live} lines={2}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty>No deployment is live: there is nothing to take back.</Empty>
          ) : (
            <StartRollbackForm live={rows} before={before.data?.rows ?? []} />
          )
        }
      </Answered>
    </Panel>
  );
};
