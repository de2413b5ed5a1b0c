import type { ClientBase } from 'pg';
import { streamOf } from '../../commands/aggregate';
import { webhookStreamId } from '../../commands/webhook/webhook.commands';
import { decode } from '../../events/codec';
import type { RecordedEvent } from '../../events';
import { eventColumns } from '../ledger/ledger.sql';
import { storedEvent } from '../ledger/stored-event';
import type { EventRow } from '../ledger/stored-event';
import type { TakenIn } from './delivery-records';

/** By its stream, which has nothing else: the ledger is not read for it. */
const requestsSql = `
select ${eventColumns} from ledger.events
where stream = $1 and position > $2 and position <= $3 order by position`;

// Met once more, because the place was set back, a request finds other attempts, and does nothing.
const reviveSql = `
update ops.webhook_deliveries set state = 'waiting', due_at = clock_timestamp(), ended_at = null
where endpoint = $1 and event_id = $2 and state = 'dead' and attempts = $3`;

type Request = RecordedEvent<'WebhookResendRequested'>;

const lastPosition = '9223372036854775807';

/** What operators want sent again, of what was given up. Whoever shares the session takes turns. */
export class Resends {
  private readonly stream: string;

  constructor(
    private readonly session: ClientBase,
    private readonly endpoint: string,
  ) {
    this.stream = streamOf('webhook', webhookStreamId(endpoint));
  }

  /** Has those sent again that were asked for meanwhile. */
  async take({ start, end }: TakenIn): Promise<void> {
    for (const { data } of await this.requests(start, end)) {
      await this.session.query(reviveSql, [this.endpoint, data.eventId, data.attempts]);
    }
  }

  /** How often it had been tried when it was last asked for again; 0 where it never was. */
  async attemptsBefore(eventId: string): Promise<number> {
    const requests = await this.requests('0', lastPosition);
    return requests.findLast(({ data }) => data.eventId === eventId)?.data.attempts ?? 0;
  }

  private async requests(start: string, end: string): Promise<Request[]> {
    const { rows } = await this.session.query<EventRow>(requestsSql, [this.stream, start, end]);
    return rows
      .map(storedEvent)
      .map(decode)
      .filter((event): event is Request => event.type === 'WebhookResendRequested');
  }
}
