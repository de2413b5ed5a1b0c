import type { ClientBase } from 'pg';
import { decode } from '../../events/codec';
import type { RecordedEvent } from '../../events';
import { idOfStream } from '../../events/event-metadata';
import { eventColumns } from '../ledger/ledger.sql';
import { storedEvent } from '../ledger/stored-event';
import type { EventRow } from '../ledger/stored-event';
import type { TakenIn } from './delivery-records';

const repetitionsSql = `
select ${eventColumns} from ledger.events
where type in ('RebuildCompleted', 'ReplayCompleted') and position > $1 and position <= $2 order by position`;

const firstSql = `select ${eventColumns} from ledger.events where stream = $1 and version = 1`;

/** Facts of deliveries before position $3, within a scope; null bounds nothing. */
const suppressSql = `
insert into ops.webhook_suppressions (endpoint, event_id, cause)
select d.endpoint, d.event_id, $2 from ops.webhook_deliveries d join ledger.events e on e.position = d.position
where d.endpoint = $1 and d.position < $3
  and ($4::bigint is null or d.position >= $4) and ($5::bigint is null or d.position <= $5)
  and ($6::timestamptz is null or e.recorded_at >= $6) and ($7::timestamptz is null or e.recorded_at < $7)
  and ($8::text[] is null or e.stream = any ($8)) and ($9::text[] is null or e.type = any ($9))
  and ($10::text[] is null or e.deployment_id = any ($10))
on conflict do nothing`;

/** Rows of one deletion: none of them holds up what is due for long. */
const forgottenAtOnce = 1_000;

/** A replay adds a row for each fact that it meets: kept for ever, those of a daily one would be without an end. */
const forgetSql = `
delete from ops.webhook_suppressions where ctid = any (array(
  select ctid from ops.webhook_suppressions
  where endpoint = $1 and at < clock_timestamp() - interval '30 days' limit $2))`;

type Scope = RecordedEvent<'ReplayStarted'>['data']['scope'];

const everything: Scope = {
  fromPosition: null,
  toPosition: null,
  since: null,
  until: null,
  streams: null,
  types: null,
  deployments: null,
};

/**
 * Notes which facts a replay or a rebuild met once more. Nothing is sent for it: webhooks follow the
 * ledger, and neither a topic nor a read model. Once some are noted, those of long ago are forgotten.
 */
export class Suppressions {
  /** Whether there may be some of long ago: one that ended before may have left them. */
  private areOld = true;

  constructor(
    private readonly session: ClientBase,
    private readonly endpoint: string,
  ) {}

  async note({ start, end }: TakenIn): Promise<void> {
    const { rows } = await this.session.query<EventRow>(repetitionsSql, [start, end]);
    for (const event of rows.map(storedEvent).map(decode)) await this.noteOne(event);
    if (rows.length > 0) this.areOld = true;
  }

  /** A part of those of long ago, while there are some. */
  async forgetSome(): Promise<void> {
    if (!this.areOld) return;
    const values = [this.endpoint, forgottenAtOnce];
    const { rowCount } = await this.session.query(forgetSql, values);
    this.areOld = rowCount === forgottenAtOnce;
  }

  private async noteOne(event: RecordedEvent): Promise<void> {
    const first = await this.session.query<EventRow>(firstSql, [event.stream]);
    const [started] = first.rows.map(storedEvent).map(decode);
    if (event.type === 'ReplayCompleted' && started?.type === 'ReplayStarted') {
      const cause = `replay ${idOfStream(event.stream, 'replay')}`;
      await this.suppress(cause, started.position, started.data.scope);
    }
    if (event.type === 'RebuildCompleted' && started?.type === 'RebuildStarted') {
      if (!event.data.summary.some(({ projection }) => projection === 'alerts')) return;
      const cause = `rebuild ${idOfStream(event.stream, 'rebuild')}`;
      await this.suppress(cause, event.position, started.data.scope ?? everything);
    }
  }

  private async suppress(cause: string, before: bigint, scope: Scope): Promise<void> {
    const { fromPosition, toPosition, since, until, streams, types, deployments } = scope;
    await this.session.query(suppressSql, [
      this.endpoint,
      cause,
      before,
      fromPosition,
      toPosition,
      since,
      until,
      streams,
      types,
      deployments,
    ]);
  }
}
