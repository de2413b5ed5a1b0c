import { useState } from 'preact/hooks';
import { count } from '../../format/numbers';
import type { LedgerEvent } from '../../live/event';
import { JsonView } from '../../parts/json-view';
import { link } from '../../routing/route';
import { spokenType } from '../events/spoken-type';

/** The facts as they were recorded; the one that is opened shows its data. */
export const RawEvents = ({ events }: { readonly events: readonly LedgerEvent[] }) => {
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <div class="raw" tabIndex={0} role="region" aria-label="Raw events">
      <ol>
        {events.map((event) => {
          const isOpen = event.position === opened;
          return (
            <li key={event.position}>
              <button
                type="button"
                class="raw__event"
                aria-expanded={isOpen}
                onClick={() => {
                  setOpened(isOpen ? null : event.position);
                }}
              >
                <span class="numeric">{count(event.version)}</span>
                <span>{spokenType(event.type)}</span>
                <time dateTime={event.occurredAt}>{event.occurredAt.slice(11, 19)} UTC</time>
              </button>
              {isOpen && (
                <>
                  <JsonView value={event.data} label={`Data of ${event.type}`} />
                  <a href={link('events', event.position)}>Position {count(event.position)}</a>
                </>
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
};
