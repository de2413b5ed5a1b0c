import { asOf, route } from '../../routing/route';
import { BrowsePanel } from './browse-panel';
import { EventPage } from './event-page';
import { EventFilters } from './event-filters';
import { isBrowsing } from './event-scope';
import { TailPanel } from './tail-panel';
import './events.css';

/** The ledger itself: as it grows, from any place on, or one event of it. */
export const EventsPage = () => {
  const { id, query } = route.value;
  if (id !== null) return <EventPage key={id} position={id} />;
  return (
    <>
      <EventFilters key={JSON.stringify(query)} />
      {asOf.value === null && !isBrowsing(query) ? <TailPanel /> : <BrowsePanel />}
    </>
  );
};
