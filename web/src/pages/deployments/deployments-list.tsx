import { count, none } from '../../format/numbers';
import { afterCategory } from '../../live/freshness';
import { At } from '../../parts/at';
import { statusColumn } from '../../parts/course-columns';
import type { Column } from '../../parts/data-table';
import { PagedTable } from '../../parts/paged-table';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { usePages } from '../../time/use-pages';
import { approvedOf, passedOf, tickedOf, trafficOf } from './deployment';
import type { DeploymentRow } from './deployment';
import { deploymentColumn } from './deployment-column';

const pageSize = 30;
const freshness = afterCategory('deployment');

const ofAll = (part: number, all: number): string =>
  all === 0 ? 'none asked' : `${count(part)} of ${count(all)}`;

const withPercent = (value: number | null): string => (value === null ? none : `${count(value)} %`);

const columns: readonly Column<DeploymentRow>[] = [
  deploymentColumn,
  statusColumn,
  { heading: 'Traffic', cell: (row) => withPercent(trafficOf(row)), isNumeric: true },
  {
    heading: 'Checklist',
    cell: (row) => ofAll(tickedOf(row), row.checklist.length),
    isNumeric: true,
    isMinor: true,
  },
  {
    heading: 'Signed',
    cell: (row) => ofAll(approvedOf(row), row.signOffs.length),
    isNumeric: true,
    isMinor: true,
  },
  {
    heading: 'Gates passed',
    cell: (row) => ofAll(passedOf(row), row.gates.length),
    isNumeric: true,
    isMinor: true,
  },
  { heading: 'Lacks', cell: ({ missing }) => count(missing.length), isNumeric: true },
  {
    heading: 'Planned (UTC)',
    cell: ({ plannedAt }) => <At at={plannedAt} isZoned />,
    isNumeric: true,
    isMinor: true,
  },
];

/** Every deployment, the last planned on top. */
export const DeploymentsList = ({ onPlan }: { readonly onPlan?: () => void }) => {
  const pages = usePages<DeploymentRow>('deployments', { limit: pageSize }, freshness);
  return (
    <Panel
      title="Deployments"
      note="the last planned on top"
      actions={
        <>
          <a href={link('events', null, { types: 'DeploymentPlanned,DeploymentDecided' })}>
            Plans and decisions
          </a>
          {onPlan !== undefined && (
            <button type="button" class="button button--primary" onClick={onPlan}>
              Plan one…
            </button>
          )}
        </>
      }
    >
      <PagedTable
        pages={pages}
        empty="No deployment was planned yet: what is recorded is stamped “initial”."
        caption="Deployments"
        columns={columns}
        keyOf={({ deploymentId }) => deploymentId}
      />
    </Panel>
  );
};
