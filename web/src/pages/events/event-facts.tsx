import { count } from '../../format/numbers';
import type { LedgerEvent } from '../../live/event';
import { At } from '../../parts/at';
import { DeploymentLink } from '../../parts/deployment-link';
import { streamLink } from '../../routing/stream-link';

/** What the ledger keeps of an event besides its data. */
export const EventFacts = ({ event }: { readonly event: LedgerEvent }) => (
  <dl class="facts">
    <dt>Position</dt>
    <dd>{count(event.position)}</dd>
    <dt>Stream</dt>
    <dd>
      <a href={streamLink(event.stream)}>{event.stream}</a>, version {count(event.version)}
    </dd>
    <dt>Happened</dt>
    <dd>
      <At at={event.occurredAt} />
    </dd>
    <dt>Recorded</dt>
    <dd>
      <At at={event.recordedAt} />
    </dd>
    <dt>By</dt>
    <dd>{event.actor}</dd>
    <dt>Deployment</dt>
    <dd>
      <DeploymentLink deploymentId={event.deploymentId} />
    </dd>
    <dt>Event id</dt>
    <dd>
      <code>{event.eventId}</code>
    </dd>
    <dt>Correlation</dt>
    <dd>
      <code>{event.correlationId}</code>
    </dd>
  </dl>
);
