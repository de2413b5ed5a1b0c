import { executionOf } from '../../format/names';
import { count } from '../../format/numbers';
import type { LedgerEvent } from '../../live/event';
import { At } from '../../parts/at';
import { link } from '../../routing/route';

const StreamLink = ({ stream }: { readonly stream: string }) => {
  const execution = executionOf(stream);
  const href =
    execution === null ? link('events', null, { streams: stream }) : link('executions', execution);
  return <a href={href}>{stream}</a>;
};

/** What the ledger keeps of an event besides its data. */
export const EventFacts = ({ event }: { readonly event: LedgerEvent }) => (
  <dl class="facts">
    <dt>Position</dt>
    <dd>{count(event.position)}</dd>
    <dt>Stream</dt>
    <dd>
      <StreamLink stream={event.stream} />, version {count(event.version)}
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
    <dd>{event.deploymentId}</dd>
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
