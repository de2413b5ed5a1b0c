import type { LedgerEvent } from '../../live/event';
import { nothingRecent } from '../../live/nothing-recent';
import { recent } from '../../live/recent';
import { Answered } from '../../parts/answered';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { asOf, link } from '../../routing/route';
import { place } from '../../time/moment';
import { useScope } from '../../time/use-at-moment';
import { EventList } from '../events/event-list';

const shown = 12;

const firstOf = (position: string): string =>
  String(BigInt(position) > BigInt(shown) ? BigInt(position) - BigInt(shown) + 1n : 1n);

const Past = () => {
  const position = place.value?.position;
  const scope = position === undefined ? null : { fromPosition: firstOf(position), limit: shown };
  return (
    <Answered<{ events: readonly LedgerEvent[] }> answer={useScope('/v1/events', scope)} lines={8}>
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
