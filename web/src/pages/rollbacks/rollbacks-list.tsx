import { count } from '../../format/numbers';
import { afterCategory } from '../../live/freshness';
import { startedColumn, statusColumn, tookColumn } from '../../parts/course-columns';
import type { Column } from '../../parts/data-table';
import { Named } from '../../parts/named';
import { PagedTable } from '../../parts/paged-table';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { isOperator } from '../../session/session';
import { usePages } from '../../time/use-pages';
import { namedDeployment, stepsInAll, takenOf, viewOfRow } from './rollback';
import type { RollbackRow } from './rollback';

const pageSize = 50;
const freshness = afterCategory('rollback', 500);

const columns: readonly Column<RollbackRow>[] = [
  {
    heading: 'Rollback of',
    isName: true,
    cell: ({ rollbackId, deploymentId, target }) => (
      <Named
        href={link('rollbacks', rollbackId)}
        name={deploymentId}
        note={`to ${namedDeployment(target)}`}
      />
    ),
  },
  statusColumn,
  {
    heading: 'Steps',
    cell: (row) => `${count(takenOf(viewOfRow(row)))} of ${count(stepsInAll)}`,
    isNumeric: true,
  },
  {
    heading: 'Mode',
    cell: ({ mode, rehearsal }) => (rehearsal ? `${mode}, rehearsal` : mode),
  },
  { heading: 'Reason', cell: ({ reason }) => reason, isMinor: true },
  { heading: 'By', cell: ({ startedBy }) => startedBy, isMinor: true },
  { ...tookColumn, isMinor: true },
  startedColumn,
];

/** Every rollback there was. */
export const RollbacksList = () => (
  <Panel
    title="Rollbacks"
    actions={
      <>
        <a href={link('events', null, { types: 'RollbackStarted,RollbackCompleted' })}>
          Their events
        </a>
        {isOperator() && <a href={link('rebuilds')}>Read models built anew</a>}
      </>
    }
  >
    <PagedTable
      pages={usePages<RollbackRow>('rollbacks', { limit: pageSize }, freshness)}
      empty="No deployment has been rolled back yet."
      caption="Rollbacks"
      columns={columns}
      keyOf={({ rollbackId }) => rollbackId}
    />
  </Panel>
);
