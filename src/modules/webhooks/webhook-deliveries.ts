import { Injectable } from '@nestjs/common';
import type { WebhookDelivery } from '../../commands/webhook/webhook.decider';
import { Metrics } from '../metrics/metrics';
import { cursorOf, placeOf } from '../reading/cursor';
import type { Place } from '../reading/cursor';
import { pageDefault } from '../reading/query-fields';
import { ReadingDatabase } from '../reading/reading-database';
import type { DeliveriesAnswer, DeliveriesQuery, Delivery } from './webhook.schemas';

const iso = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const pageSql = `
select d.endpoint, d.event_id as "eventId", d.position::text as position, e.type,
  substr(e.stream, length('alert-') + 1) as alert, d.state, d.attempts,
  case when d.state = 'waiting' then ${iso('d.due_at')} end as "dueAt", d.status, d.fault,
  ${iso('d.created_at')} as "createdAt", ${iso('d.ended_at')} as "endedAt",
  coalesce((select json_agg(json_build_object('cause', s.cause, 'at', ${iso('s.at')}) order by s.at)
    from ops.webhook_suppressions s where s.endpoint = d.endpoint and s.event_id = d.event_id), '[]')::text as suppressions
from ops.webhook_deliveries d join ledger.events e on e.position = d.position
where ($1::text is null or d.state = $1) and ($2::text[] is null or d.endpoint = any ($2))
  and ($3::text[] is null or e.stream = any ($3))
  and ($4::boolean is null or $4 = exists (
    select from ops.webhook_suppressions s where s.endpoint = d.endpoint and s.event_id = d.event_id))
  and ($5::bigint is null or (d.position, d.endpoint) < ($5, $6))
order by d.position desc, d.endpoint desc limit $7`;

const oneSql = `
select d.state, d.attempts, substr(e.stream, length('alert-') + 1) as alert
from ops.webhook_deliveries d join ledger.events e on e.position = d.position
where d.endpoint = $1 and d.event_id = $2`;

// Also of states that no delivery has: a series that comes and goes cannot be told from one that is not there.
const countsSql = `
select e.endpoint, counted.state, counted.count::float8 as count
from ops.webhook_endpoints e
cross join lateral (
  select count(*) filter (where state = 'waiting') as waiting,
    count(*) filter (where state = 'delivered') as delivered, count(*) filter (where state = 'dead') as dead
  from ops.webhook_deliveries where endpoint = e.endpoint
) made
cross join lateral (
  select count(*) as suppressed from ops.webhook_suppressions where endpoint = e.endpoint
) met
cross join lateral (values ('waiting', waiting), ('delivered', delivered), ('dead', dead),
  ('suppressed', suppressed)) as counted (state, count)`;

interface Count {
  readonly endpoint: string;
  readonly state: string;
  readonly count: number;
}

/** What became of webhooks, the newest facts first; also for metrics. */
@Injectable()
export class WebhookDeliveries {
  constructor(
    private readonly database: ReadingDatabase,
    metrics: Metrics,
  ) {
    metrics.gauge(
      'flowledger_webhook_deliveries',
      'Webhooks by endpoint and state; suppressed: met once more and not sent once more',
      ['endpoint', 'state'],
      async (gauge) => {
        const counts = await this.database.ask<Count>(countsSql, []).catch(() => []);
        gauge.reset();
        for (const { endpoint, state, count } of counts) gauge.set({ endpoint, state }, count);
      },
    );
  }

  /** Null where the endpoint was never told of this fact. */
  async one(endpoint: string, eventId: string): Promise<WebhookDelivery | null> {
    const rows = await this.database.ask<WebhookDelivery>(oneSql, [endpoint, eventId]);
    return rows[0] ?? null;
  }

  /** @throws Problem 400 for a cursor of another query. */
  async page({
    limit = pageDefault,
    cursor,
    ...filters
  }: DeliveriesQuery): Promise<DeliveriesAnswer> {
    const isPlace = ([position, last, ...rest]: Place): boolean =>
      rest.length === 0 && typeof last === 'string' && /^\d{1,18}$/.test(position ?? '');
    const place = cursor === undefined ? [] : placeOf(filters, cursor, isPlace);
    const { state = null, endpoint = null, alert, suppressed = null } = filters;
    const streams = alert?.map((id) => `alert-${id}`) ?? null;
    const found = await this.database.ask<
      Omit<Delivery, 'suppressions'> & { suppressions: string }
    >(pageSql, [
      state,
      endpoint,
      streams,
      suppressed,
      place[0] ?? null,
      place[1] ?? null,
      limit + 1,
    ]);
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    return {
      deliveries: rows.map((row) => ({
        ...row,
        suppressions: JSON.parse(row.suppressions) as Delivery['suppressions'],
      })),
      next: last === undefined ? null : cursorOf(filters, [last.position, last.endpoint]),
    };
  }
}
