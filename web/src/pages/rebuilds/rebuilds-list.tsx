import { afterCategory } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { startedColumn, statusColumn, tookColumn } from '../../parts/course-columns';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Named } from '../../parts/named';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { useRows } from '../../time/use-at-moment';
import { nameOf } from './rebuild';
import type { RebuildRow } from './rebuild';

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
    cell: ({ outcome, dryRun }) => outcome ?? (dryRun ? 'dry run' : '–'),
    isMinor: true,
  },
  { heading: 'By', cell: ({ actor }) => actor, isMinor: true },
  tookColumn,
  startedColumn,
];

/** Every rebuild there was. */
export const RebuildsList = () => (
  <Panel title="Rebuilds" actions={<a href={link('events', null, { types })}>Their events</a>}>
    <Answered answer={useRows<RebuildRow>('rebuilds', { limit: 50 }, freshness)}>
      {({ rows }) =>
        rows.length === 0 ? (
          <Empty>No read model has been rebuilt yet.</Empty>
        ) : (
          <DataTable
            caption="Rebuilds"
            columns={columns}
            rows={rows}
            keyOf={({ rebuildId }) => rebuildId}
          />
        )
      }
    </Answered>
  </Panel>
);

const types = 'RebuildStarted,RebuildWaits,RebuildCutOver,RebuildCompleted,RebuildFailed';
