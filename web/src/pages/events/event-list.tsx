import type { LedgerEvent } from '../../live/event';
import { count } from '../../format/numbers';
import { At } from '../../parts/at';
import { link } from '../../routing/route';
import { spokenType } from './spoken-type';

/** Events one below the other; each leads to itself. */
export const EventList = ({ events }: { readonly events: readonly LedgerEvent[] }) => (
  <ol class="event-list">
    {events.map((event) => (
      <li key={event.position}>
        <a href={link('events', event.position)}>
          <span class="event-list__position">{count(event.position)}</span>
          <span class="event-list__type">{spokenType(event.type)}</span>
          <span class="event-list__stream">{event.stream}</span>
          <At at={event.recordedAt} />
        </a>
      </li>
    ))}
  </ol>
);
