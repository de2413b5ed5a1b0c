import { useAnswer } from '../../api/use-answer';
import type { LedgerEvent } from '../../live/event';
import { Answered } from '../../parts/answered';
import { JsonView } from '../../parts/json-view';
import { Panel } from '../../parts/panel';
import { Unknown } from '../../parts/unknown';
import { asOf, link } from '../../routing/route';
import { CausesPanel } from './causes-panel';
import { EventFacts } from './event-facts';
import { isKnown } from './event-scope';
import { StreamNeighbours } from './stream-neighbours';

interface Properties {
  readonly position: string;
}

const NotFound = ({ position }: Properties) => (
  <Unknown what="event at position" id={position} page="events" all="All events" />
);

/** One event, with what it came from and what came of it, as far as that is known at the moment shown. */
export const EventPage = ({ position }: Properties) => (
  <Answered
    answer={useAnswer<LedgerEvent>(`/v1/events/${encodeURIComponent(position)}`)}
    lines={8}
    unknown={<NotFound position={position} />}
  >
    {(event) =>
      !isKnown(event, asOf.value) ? (
        <NotFound position={position} />
      ) : (
        <>
          <p>
            <a href={link('events', null, { at: position })}>In the ledger from here</a>
            {' · '}
            <a href={link('overview', null, { asOf: position })}>Everything as of this event</a>
          </p>
          <div class="grid grid--start">
            <Panel title={event.type} note={`schema version ${String(event.schemaVersion)}`}>
              <EventFacts event={event} />
              <JsonView value={event.data} label="Data of the event" />
            </Panel>
            <div class="stack">
              <CausesPanel event={event} />
              <StreamNeighbours event={event} />
            </div>
          </div>
        </>
      )
    }
  </Answered>
);
