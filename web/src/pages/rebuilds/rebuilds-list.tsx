import { duration } from '../../format/durations';
import { afterCategory } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { At } from '../../parts/at';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';
import { useRows } from '../../time/use-at-moment';
import { nameOf } from './rebuild';
import type { RebuildRow } from './rebuild';

const freshness = afterCategory('rebuild');

const took = ({ startedAt, endedAt }: RebuildRow): string =>
  endedAt === null ? '–' : duration(Date.parse(endedAt) - Date.parse(startedAt));

const columns: readonly Column<RebuildRow>[] = [
  {
    heading: 'Rebuild of',
    isName: true,
    cell: ({ rebuildId, projections }) => (
      <span class="named">
        <a href={link('rebuilds', rebuildId)} title={projections.join(', ')}>
          {nameOf(projections)}
        </a>
        <small>{rebuildId}</small>
      </span>
    ),
  },
  { heading: 'Status', cell: ({ status }) => <Status name={status} /> },
  {
    heading: 'Outcome',
    cell: ({ outcome, dryRun }) => outcome ?? (dryRun ? 'dry run' : '–'),
    isMinor: true,
  },
  { heading: 'By', cell: ({ actor }) => actor, isMinor: true },
  { heading: 'Took', cell: took, isNumeric: true },
  {
    heading: 'Started (UTC)',
    cell: ({ startedAt }) => <At at={startedAt} isZoned />,
    isNumeric: true,
    isMinor: true,
  },
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
