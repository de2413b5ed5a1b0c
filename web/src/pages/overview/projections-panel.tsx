import type { Standing } from '../../api/rows';
import { useAnswer } from '../../api/use-answer';
import { count } from '../../format/numbers';
import { duration } from '../../format/durations';
import { afterAnything } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';

const freshness = afterAnything();

const lagOf = ({ lag }: Standing): string =>
  lag.events === 0 ? 'none' : `${count(lag.events)} · ${duration(lag.seconds * 1_000)}`;

const stateOf = ({ fault, parkedStreams }: Standing) => {
  if (fault !== null) return <Status name="stands still" tone="bad" />;
  if (parkedStreams > 0) return <Status name={`${count(parkedStreams)} parked`} tone="warn" />;
  return <Status name="follows" tone="good" />;
};

const columns: readonly Column<Standing>[] = [
  {
    heading: 'Read model',
    isName: true,
    cell: ({ name, summary }) => <span title={summary}>{name}</span>,
  },
  { heading: 'State', cell: stateOf },
  {
    heading: 'Position',
    isNumeric: true,
    cell: ({ position }) => <a href={link('events', null, { at: position })}>{count(position)}</a>,
  },
  { heading: 'Lag (events · age)', cell: lagOf, isNumeric: true },
];

/** How far every read model is. */
export const ProjectionsPanel = () => (
  <Panel title="Read models" actions={<a href={link('proof')}>Prove them</a>}>
    <Answered
      answer={useAnswer<{ projections: readonly Standing[] }>('/v1/projections', freshness)}
      lines={8}
    >
      {({ projections }) => (
        <DataTable
          caption="Read models"
          columns={columns}
          rows={projections}
          keyOf={({ name }) => name}
        />
      )}
    </Answered>
  </Panel>
);
