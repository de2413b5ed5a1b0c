import { useMemo } from 'preact/hooks';
import { isUnknown } from '../../api/problem';
import type { LedgerEvents } from '../../live/event';
import { afterStream } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Panel } from '../../parts/panel';
import { Unknown } from '../../parts/unknown';
import { asOf } from '../../routing/route';
import { isOperator } from '../../session/session';
import { useRow, useScope } from '../../time/use-at-moment';
import { EventList } from '../events/event-list';
import { streamOf } from './alert';
import type { AlertRow } from './alert';
import { AlertActions } from './alert-actions';
import { AlertHead } from './alert-head';
import { RollbackAsked } from './rollback-asked';
import { DeliveriesPanel } from './deliveries-panel';

/** One alert: what was measured, what it asks for, who saw to it, and who was told. */
export const AlertPage = ({ alert }: { readonly alert: string }) => {
  const stream = streamOf(alert);
  const freshness = useMemo(() => afterStream(stream, 200), [stream]);
  const found = useRow<AlertRow>('alerts', alert, freshness);
  const history = useScope<LedgerEvents>('/v1/events', { streams: stream, limit: 100 }, freshness);
  const isNow = asOf.value === null;
  if (isUnknown(found.problem) && (history.data?.events ?? []).length === 0) {
    return <Unknown what="alert" id={alert} page="alerts" all="All alerts" />;
  }
  return (
    <>
      <Answered answer={found} lines={8}>
        {({ row }) => (
          <>
            <AlertHead row={row} />
            <RollbackAsked row={row} />
            {isNow && isOperator() && <AlertActions row={row} />}
          </>
        )}
      </Answered>
      <Panel title="What happened" note="in the order of the ledger">
        <Answered answer={history}>{({ events }) => <EventList events={events} />}</Answered>
      </Panel>
      {isNow && <DeliveriesPanel alert={alert} />}
    </>
  );
};
