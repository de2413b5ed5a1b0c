import type { LedgerEvents } from '../../live/event';
import { nothingRecent } from '../../live/nothing-recent';
import { recent } from '../../live/recent';
import { Answered } from '../../parts/answered';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { asOf, link } from '../../routing/route';
import { place } from '../../time/moment';
import { useScope } from '../../time/use-at-moment';
import { EventList } from '../events/event-list';
import { earlierThan } from '../events/event-scope';

const shown = 12;

const Past = () => {
  const position = place.value?.position;
  const scope =
    position === undefined
      ? null
      : { fromPosition: earlierThan(position, shown - 1), limit: shown };
  return (
    <Answered<LedgerEvents> answer={useScope('/v1/events', scope)} lines={8}>
      {({ events }) =>
        events.length === 0 ? (
          <Empty>Nothing had been recorded by then.</Empty>
        ) : (
          <EventList events={[...events].reverse()} />
        )
      }
    </Answered>
  );
};

const Live = () => {
  const events = recent.value.slice(-shown).reverse();
  if (events.length === 0) return <Empty>{nothingRecent()}</Empty>;
  return <EventList events={events} />;
};

/** The last facts of the ledger. */
export const LatestEvents = () => (
  <Panel title="Latest events" actions={<a href={link('events')}>Follow them</a>}>
    {asOf.value === null ? <Live /> : <Past />}
  </Panel>
);
