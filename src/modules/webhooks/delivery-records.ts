import type { ClientBase } from 'pg';
import type { StoredEvent } from '../../events/event-metadata';
import { alertFacts } from '../alerts/alert-facts.sql';
import { eventColumns } from '../ledger/ledger.sql';
import { storedEvent } from '../ledger/stored-event';
import type { EventRow } from '../ledger/stored-event';
import type { Attempt } from './posting';

const registerSql = `
insert into ops.webhook_endpoints (endpoint, position) select $1, position from ledger.head
on conflict (endpoint) do nothing`;

// One statement: a fact has its delivery once the place is behind it. One that has it already, because
// the place was set back, is not sent once more.
const takeInSql = `
with place as (
  select place.position as start, head.position as end
  from ops.webhook_endpoints place join ledger.head head on head.position > place.position
  where place.endpoint = $1 for update of place
), facts as (
  select e.position, e.event_id from place join ledger.events e
    on e.position > place.start and e.position <= place.end
  where ${alertFacts('e.type')}
), fresh as (
  insert into ops.webhook_deliveries (endpoint, event_id, position)
  select $1, event_id, position from facts
  on conflict (endpoint, event_id) do nothing returning event_id
), suppressed as (
  insert into ops.webhook_suppressions (endpoint, event_id, cause)
  select $1, event_id, 'place set back' from facts where event_id not in (select event_id from fresh)
  on conflict do nothing
)
update ops.webhook_endpoints e set position = place.end from place
where e.endpoint = $1
returning place.start::text as start, place.end::text as end`;

const nextSql = `
select d.attempts, greatest(0, extract(epoch from d.due_at - clock_timestamp()) * 1000)::float8 as wait,
  ${eventColumns.replaceAll(/(\w+)/g, 'e.$1')}
from ops.webhook_deliveries d join ledger.events e on e.position = d.position
where d.endpoint = $1 and d.state = 'waiting' order by d.position limit 1`;

const deliveredSql = `
update ops.webhook_deliveries set state = 'delivered', attempts = attempts + 1, status = $3, fault = null,
  ended_at = clock_timestamp()
where endpoint = $1 and event_id = $2 and state = 'waiting'`;

const failedSql = `
update ops.webhook_deliveries set attempts = attempts + 1, status = $3, fault = $4,
  due_at = clock_timestamp() + make_interval(secs => $5::float8 / 1000),
  state = case when $6 then 'dead' else 'waiting' end,
  ended_at = case when $6 then clock_timestamp() end
where endpoint = $1 and event_id = $2 and state = 'waiting'`;

/** The oldest delivery that is to be made. */
export interface DueDelivery {
  readonly fact: StoredEvent;
  /** Failed ones so far. */
  readonly attempts: number;
  /** Milliseconds until it is due. */
  readonly wait: number;
}

/** Behind which position, and up to which, facts were taken in. */
export interface TakenIn {
  readonly start: string;
  readonly end: string;
}

/**
 * The deliveries to one endpoint, in `ops.webhook_deliveries`. Written on the session that holds the
 * office: a process that lost it changes nothing. Whoever shares the session takes turns.
 */
export class DeliveryRecords {
  constructor(
    private readonly session: ClientBase,
    private readonly endpoint: string,
  ) {}

  /** An endpoint that is new gets the facts from now on. */
  async register(): Promise<void> {
    await this.session.query(registerSql, [this.endpoint]);
  }

  /** Makes deliveries of the facts since the last time; `note` is part of it, all of it or nothing. */
  async takeIn(note: (taken: TakenIn) => Promise<void>): Promise<void> {
    await this.session.query('begin');
    try {
      const { rows } = await this.session.query<TakenIn>(takeInSql, [this.endpoint]);
      if (rows[0] !== undefined) await note(rows[0]);
      await this.session.query('commit');
    } catch (error) {
      await this.session.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  /** Null where all are made or given up. */
  async next(): Promise<DueDelivery | null> {
    const { rows } = await this.session.query<EventRow & { attempts: number; wait: number }>(
      nextSql,
      [this.endpoint],
    );
    const [row] = rows;
    if (row === undefined) return null;
    return { fact: storedEvent(row), attempts: row.attempts, wait: row.wait };
  }

  async delivered(eventId: string, { status }: Attempt): Promise<void> {
    await this.session.query(deliveredSql, [this.endpoint, eventId, status]);
  }

  /** It is due again after `wait` milliseconds, or given up. */
  async failed(
    eventId: string,
    { status, fault }: Attempt,
    wait: number,
    isDead: boolean,
  ): Promise<void> {
    const values = [this.endpoint, eventId, status, fault, wait, isDead];
    await this.session.query(failedSql, values);
  }
}
