import type { Column } from '../../parts/data-table';
import { Named } from '../../parts/named';
import { link } from '../../routing/route';
import type { DeploymentRow } from './deployment';

/** The column that names deployments. */
export const deploymentColumn: Column<DeploymentRow> = {
  heading: 'Deployment',
  isName: true,
  cell: ({ deploymentId, version, flow }) => (
    <Named
      href={link('deployments', deploymentId)}
      name={deploymentId}
      note={`${version} · flow ${flow}`}
    />
  ),
};
