import { address } from '../../api/address';
import { useAnswer } from '../../api/use-answer';
import type { LedgerEvent, LedgerEvents } from '../../live/event';
import { Answered } from '../../parts/answered';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { asOf } from '../../routing/route';
import { earlierThan, isKnown } from './event-scope';
import { relationsOf } from './relations';
import { EventList } from './event-list';

const lookedAt = 500;
const companionsShown = 10;

const around = (position: string): string =>
  address('/v1/events', {
    fromPosition: earlierThan(position, lookedAt),
    toPosition: String(BigInt(position) + BigInt(lookedAt)),
    limit: 1_000,
  });

/** What an event came from and what came of it, as far as that stands near it in the ledger. */
export const CausesPanel = ({ event }: { readonly event: LedgerEvent }) => (
  <Panel title="Causes and effects" note={`within ${String(lookedAt)} positions`}>
    <Answered<LedgerEvents> answer={useAnswer(around(event.position))}>
      {({ events }) => {
        const { causes, effects, companions } = relationsOf(
          event,
          events.filter((one) => isKnown(one, asOf.value)),
        );
        return (
          <>
            <h3>Caused by</h3>
            {causes.length === 0 ? (
              <Empty>A request, and no other event.</Empty>
            ) : (
              <EventList events={causes} />
            )}
            <h3>Caused</h3>
            {effects.length === 0 ? (
              <Empty>Nothing that says so.</Empty>
            ) : (
              <EventList events={effects} />
            )}
            {companions.length > 0 && (
              <>
                <h3>Of the same request: {companions.length} nearby</h3>
                <EventList events={companions.slice(0, companionsShown)} />
              </>
            )}
          </>
        );
      }}
    </Answered>
  </Panel>
);
