import { none } from '../../format/numbers';
import { afterCategory } from '../../live/freshness';
import { startedColumn, statusColumn, tookColumn } from '../../parts/course-columns';
import type { Column } from '../../parts/data-table';
import { Named } from '../../parts/named';
import { PagedTable } from '../../parts/paged-table';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { usePages } from '../../time/use-pages';
import { nameOf } from './rebuild';
import type { RebuildRow } from './rebuild';

const pageSize = 50;
const freshness = afterCategory('rebuild');

const columns: readonly Column<RebuildRow>[] = [
  {
    heading: 'Rebuild of',
    isName: true,
    cell: ({ rebuildId, projections }) => (
      <Named
        href={link('rebuilds', rebuildId)}
        name={nameOf(projections)}
        title={projections.join(', ')}
        note={rebuildId}
      />
    ),
  },
  statusColumn,
  {
    heading: 'Outcome',
    cell: ({ outcome, dryRun }) => outcome ?? (dryRun ? 'dry run' : none),
    isMinor: true,
  },
  { heading: 'By', cell: ({ actor }) => actor, isMinor: true },
  tookColumn,
  startedColumn,
];

/** Every rebuild there was. */
export const RebuildsList = () => (
  <Panel title="Rebuilds" actions={<a href={link('events', null, { types })}>Their events</a>}>
    <PagedTable
      pages={usePages<RebuildRow>('rebuilds', { limit: pageSize }, freshness)}
      empty="No read model has been rebuilt yet."
      caption="Rebuilds"
      columns={columns}
      keyOf={({ rebuildId }) => rebuildId}
    />
  </Panel>
);

const types = 'RebuildStarted,RebuildWaits,RebuildCutOver,RebuildCompleted,RebuildFailed';
