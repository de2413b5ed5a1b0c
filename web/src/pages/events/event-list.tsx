import type { LedgerEvent } from '../../live/event';
import { count } from '../../format/numbers';
import { At } from '../../parts/at';
import { link } from '../../routing/route';
import { gistOf } from './gist';
import { spokenType } from './spoken-type';
import './event-list.css';

interface Properties {
  readonly events: readonly LedgerEvent[];
  /** The position of the one that is looked at. */
  readonly current?: string;
}

/** Events one below the other; each leads to itself. */
export const EventList = ({ events, current }: Properties) => (
  <ol class="event-list">
    {events.map((event) => (
      <li key={event.position}>
        <a
          href={link('events', event.position)}
          aria-current={event.position === current ? 'true' : undefined}
        >
          <span class="event-list__position">{count(event.position)}</span>
          <span class="event-list__type">{spokenType(event.type)}</span>
          <span class="event-list__gist">{gistOf(event)}</span>
          <span class="event-list__stream">{event.stream}</span>
          <At at={event.recordedAt} />
        </a>
      </li>
    ))}
  </ol>
);
