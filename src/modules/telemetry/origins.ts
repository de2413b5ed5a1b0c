import type { SpanContext } from '@opentelemetry/api';
import type { Pool } from 'pg';
import { readContext } from './trace-context';

// A commit is one row, so that beginning and end of the stretch fall into rows of their own.
const originsSql = `
select o.position, o.events, o.traceparent, o.tracestate
from ops.trace_origins t
cross join unnest(t.positions, t.events, t.traceparents, t.tracestates) as o (position, events, traceparent, tracestate)
where t.last_position >= $1 and t.last_position <= coalesce(
  (select min(n.last_position) from ops.trace_origins n where n.last_position >= $2), $2)`;

interface Row {
  readonly position: string;
  readonly events: number;
  readonly traceparent: string;
  readonly tracestate: string;
}

/** The spans under which events were recorded, by position; those that were not traced are left out. */
export type Origins = ReadonlyMap<bigint, SpanContext>;

/** The origins of the events from one position to another, as far as they are still known. */
export const originsBetween = async (
  pool: Pick<Pool, 'query'>,
  first: bigint,
  last: bigint,
): Promise<Origins> => {
  const { rows } = await pool.query<Row>({
    name: 'trace-origins',
    text: originsSql,
    values: [first, last],
  });
  const origins = new Map<bigint, SpanContext>();
  for (const { position, events, traceparent, tracestate } of rows) {
    const context = readContext(traceparent, tracestate);
    if (context === null) continue;
    const from = BigInt(position);
    for (let at = from; at < from + BigInt(events); at += 1n) {
      if (at >= first && at <= last) origins.set(at, context);
    }
  }
  return origins;
};
