import { useState } from 'preact/hooks';
import type { LedgerEvent } from '../../live/event';
import { nothingRecent } from '../../live/nothing-recent';
import { recent } from '../../live/recent';
import { connection } from '../../live/tail';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { EventList } from './event-list';

const shown = 60;

const notes = {
  live: 'as they are recorded, the last on top',
  connecting: 'connecting',
  waiting: 'not connected; what was missed is told once it is',
  off: 'not connected',
} as const;

const isLike = (event: LedgerEvent, text: string): boolean =>
  `${event.type} ${event.stream} ${event.actor}`.toLowerCase().includes(text.toLowerCase());

/** The ledger as it grows. */
export const TailPanel = () => {
  const [held, setHeld] = useState<readonly LedgerEvent[] | null>(null);
  const [text, setText] = useState('');
  const events = (held ?? recent.value)
    .filter((event) => isLike(event, text))
    .slice(-shown)
    .reverse();
  return (
    <Panel
      title="Live tail"
      note={held === null ? notes[connection.value.state] : 'held'}
      actions={
        <>
          <input
            class="quick-filter"
            value={text}
            placeholder="Type, stream or actor"
            aria-label="Only events with this in type, stream or actor"
            onInput={(event) => {
              setText(event.currentTarget.value);
            }}
          />
          <button
            type="button"
            class="button button--small"
            aria-pressed={held !== null}
            onClick={() => {
              setHeld(held === null ? recent.value : null);
            }}
          >
            {held === null ? 'Hold' : 'Go on'}
          </button>
        </>
      }
    >
      {events.length === 0 ? (
        <Empty>
          {text === '' || recent.value.length === 0
            ? nothingRecent()
            : 'None of the last 500 is like this.'}
        </Empty>
      ) : (
        <EventList events={events} />
      )}
    </Panel>
  );
};
