import type { Standing, Standings } from '../../api/rows';
import { useAnswer } from '../../api/use-answer';
import { count } from '../../format/numbers';
import { afterAnything } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';
import { lagText } from './lag';

const freshness = afterAnything();

/** The fault is of the first event that is parked: all other streams go on. */
const stateOf = ({ fault, parkedStreams }: Standing) => {
  if (parkedStreams === 0) return <Status name="follows" tone="good" />;
  const parked = <Status name={`${count(parkedStreams)} parked`} tone="warn" />;
  if (fault === null) return parked;
  return (
    <a href={link('events', fault.position)} title={fault.cause}>
      {parked}
    </a>
  );
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
  { heading: 'Lag', cell: ({ lag }) => lagText(lag), isNumeric: true },
];

const relayStates = {
  publishing: { name: 'publishes', tone: 'good' },
  hindered: { name: 'is hindered', tone: 'bad' },
  vacant: { name: 'nobody publishes', tone: 'warn' },
} as const;

/** How far the topic is behind the ledger. */
const RelayLine = ({ relay }: { readonly relay: NonNullable<Standings['relay']> }) => (
  <p class="relay">
    <span title={relay.fault ?? undefined}>
      Relay to {relay.topic} <Status {...relayStates[relay.state]} />
    </span>
    <a href={link('events', null, { at: relay.position })}>{count(relay.position)}</a>
    <span>lag {lagText(relay.lag)}</span>
  </p>
);

/** How far every read model is, and the topic where there is one. */
export const ProjectionsPanel = () => (
  <Panel title="Read models" actions={<a href={link('proof')}>Prove them</a>}>
    <Answered answer={useAnswer<Standings>('/v1/projections', freshness)} lines={8}>
      {({ relay, projections }) => (
        <>
          {relay !== null && <RelayLine relay={relay} />}
          <DataTable
            caption="Read models"
            columns={columns}
            rows={projections}
            keyOf={({ name }) => name}
          />
        </>
      )}
    </Answered>
  </Panel>
);
