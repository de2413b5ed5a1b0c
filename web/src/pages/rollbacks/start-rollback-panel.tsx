import { count } from '../../format/numbers';
import { afterCategory } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { useRows } from '../../time/use-at-moment';
import type { DeploymentRow } from '../deployments/deployment';
import { StartRollbackForm } from './start-rollback-form';

/** To go back to; the command line takes any. */
const offered = 50;
const freshness = afterCategory('deployment');

/** Takes a live deployment back. */
export const StartRollbackPanel = () => {
  const live = useRows<DeploymentRow>('deployments', { status: 'live' }, freshness);
  const before = useRows<DeploymentRow>(
    'deployments',
    { status: 'superseded,rolled_back', limit: offered },
    freshness,
  );
  const isCut = typeof before.data?.next === 'string';
  return (
    <Panel
      title="Take a deployment back"
      note={`the plan first: it records nothing${isCut ? `; offers the last ${count(offered)} to go back to, the command line any` : ''}`}
    >
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
