import { address } from '../../api/address';
import { useAnswer } from '../../api/use-answer';
import type { LedgerEvent, LedgerEvents } from '../../live/event';
import { Answered } from '../../parts/answered';
import { Panel } from '../../parts/panel';
import { asOf } from '../../routing/route';
import { EventList } from './event-list';
import { isKnown } from './event-scope';

const before = 2;

/** The events of the stream around this one. */
export const StreamNeighbours = ({ event }: { readonly event: LedgerEvent }) => {
  const path = address(`/v1/streams/${encodeURIComponent(event.stream)}`, {
    fromVersion: Math.max(1, event.version - before),
    limit: 2 * before + 1,
  });
  return (
    <Panel title="In its stream">
      <Answered<LedgerEvents> answer={useAnswer(path)}>
        {({ events }) => (
          <EventList
            events={events.filter((one) => isKnown(one, asOf.value))}
            current={event.position}
          />
        )}
      </Answered>
    </Panel>
  );
};
