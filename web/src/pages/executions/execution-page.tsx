import { useMemo } from 'preact/hooks';
import { isUnknown } from '../../api/problem';
import type { ExecutionRoiRow, ExecutionRow } from '../../api/rows';
import type { LedgerEvents } from '../../live/event';
import { afterStream } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Panel } from '../../parts/panel';
import { Unknown } from '../../parts/unknown';
import { useRow, useScope } from '../../time/use-at-moment';
import { CostsPanel } from './costs-panel';
import { CutNote } from './cut-note';
import { ExecutionHead } from './execution-head';
import { RawEvents } from './raw-events';
import { Timeline } from './timeline';

const eventsAtMost = 1_000;

/** One execution: how it went, what it cost, and the facts behind that. */
export const ExecutionPage = ({ executionId }: { readonly executionId: string }) => {
  const stream = `execution-${executionId}`;
  const freshness = useMemo(() => afterStream(stream), [stream]);
  const status = useRow<ExecutionRow>('execution-status', executionId, freshness);
  const roi = useRow<ExecutionRoiRow>('roi-executions', executionId, freshness);
  const scope = { streams: stream, limit: eventsAtMost };
  const events = useScope<LedgerEvents>('/v1/events', scope, freshness);
  // What is parked has no row, and events all the same.
  if (isUnknown(status.problem) && (events.data?.events ?? []).length === 0) {
    return <Unknown what="execution" id={executionId} page="executions" all="All executions" />;
  }
  return (
    <>
      <Answered answer={status} lines={3}>
        {({ row }) => <ExecutionHead row={row} />}
      </Answered>
      <Panel title="Timeline" note="UTC; every bar leads to its event">
        <Answered answer={events} lines={8}>
          {({ events: found, next }) => (
            <>
              {next !== null && <CutNote stream={stream} events={found} />}
              <Timeline events={found} />
            </>
          )}
        </Answered>
      </Panel>
      <div class="grid">
        <Panel title="Costs" note="USD, as billed">
          <Answered answer={roi} lines={6}>
            {({ row }) => <CostsPanel row={row} />}
          </Answered>
        </Panel>
        <Panel title="Raw events">
          <Answered answer={events} lines={8}>
            {({ events: found, next }) => (
              <>
                {next !== null && <CutNote stream={stream} events={found} />}
                <RawEvents events={found} />
              </>
            )}
          </Answered>
        </Panel>
      </div>
    </>
  );
};
