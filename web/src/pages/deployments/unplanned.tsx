import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';

/** A deployment that work was recorded under, and that nobody planned up to the moment shown. */
export const Unplanned = ({ deploymentId }: { readonly deploymentId: string }) => (
  <Panel title="Not planned">
    <Empty>
      At the moment shown no deployment of this id has been planned: it is a name that callers give
      by X-Deployment-Id. What was recorded under it:{' '}
      <a href={link('executions', null, { deploymentId })}>its executions</a> and{' '}
      <a href={link('events', null, { deployments: deploymentId })}>its events</a>.{' '}
      <a href={link('deployments')}>All deployments</a>
    </Empty>
  </Panel>
);
