import type { ClientBase } from 'pg';

/** Sweeps missed until what was silent meanwhile counts anew, and the least time that a restart may take. */
const sweepsMissed = 4;
const leastGapSeconds = 60;

// A last sweep that is to come: the clock was set back.
const listenedSql = `
insert into ops.settings as s (name, value)
values ('listening', json_build_object('since', now(), 'seen', now())::text)
on conflict (name) do update set value = json_build_object(
  'since', case
    when (s.value::json ->> 'seen')::timestamptz
      between now() - make_interval(secs => $1) and now() + make_interval(secs => $1)
    then s.value::json ->> 'since'
    else excluded.value::json ->> 'since'
  end,
  'seen', now())::text
returning value::json ->> 'since' as since`;

/**
 * Since when somebody has listened without a break, in `ops.settings`: while the database was away, no server
 * ran or the machine slept, nobody could be heard. Written on the session that holds the office, by the
 * database's clock.
 */
export class Listening {
  private readonly gapSeconds: number;

  constructor(
    private readonly session: ClientBase,
    sweepSeconds: number,
  ) {
    this.gapSeconds = Math.max(leastGapSeconds, sweepsMissed * sweepSeconds);
  }

  /** Notes that it listens now; since when it has, as PostgreSQL prints a time. */
  async since(): Promise<string> {
    const { rows } = await this.session.query<{ since: string }>(listenedSql, [this.gapSeconds]);
    const [row] = rows;
    if (row === undefined) throw new Error('the sweeper could not note that it listens');
    return row.since;
  }
}
