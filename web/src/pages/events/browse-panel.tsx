import type { LedgerEvents } from '../../live/event';
import { count } from '../../format/numbers';
import { Answered } from '../../parts/answered';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { asOf, link, route } from '../../routing/route';
import { place } from '../../time/moment';
import { useScope } from '../../time/use-at-moment';
import { EndNote } from './end-note';
import { EventList } from './event-list';
import { earlierThan, scopeOf } from './event-scope';

const pageSize = 100;

/** Events of a scope in the order of the ledger, a page at a time. */
export const BrowsePanel = () => {
  const { query } = route.value;
  const moment = asOf.value;
  const isKnown = moment === null || place.value !== null;
  const hasScope = query['types'] !== undefined || query['deployments'] !== undefined;
  // Of a past moment it is the last events that are of interest, unless somebody says otherwise.
  const from =
    hasScope || place.value === null ? null : earlierThan(place.value.position, pageSize - 1);
  const scope = isKnown ? { ...scopeOf(query, from, moment), limit: pageSize } : null;
  return (
    <Panel title="Events" note="in the order of the ledger">
      {query['until'] !== undefined && <EndNote until={query['until']} />}
      <Answered<LedgerEvents> answer={useScope('/v1/events', scope)} lines={10}>
        {({ events, next }) => {
          const [first] = events;
          const last = events.at(-1);
          if (first === undefined || last === undefined) {
            return <Empty>No event is like this up to the moment shown.</Empty>;
          }
          const more = (at: string): string => link('events', null, { ...query, since: null, at });
          return (
            <>
              <EventList events={events} />
              <nav class="pager" aria-label="More events">
                <a href={more(earlierThan(first.position, pageSize, query['at']))}>Earlier</a>
                <span class="muted">
                  {count(first.position)} to {count(last.position)}
                </span>
                {next !== null && <a href={more(String(BigInt(last.position) + 1n))}>Later</a>}
              </nav>
            </>
          );
        }}
      </Answered>
    </Panel>
  );
};
