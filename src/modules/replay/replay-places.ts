import type { ClientBase, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { inTurns } from '../database/turns';

/** How far a replay is on its topic. */
export interface ReplayPlace {
  /** All of the scope up to here is on the topic. */
  readonly position: bigint;
  /** Where the scope ends. */
  readonly end: bigint;
  readonly sent: bigint;
  /** By partition, the position of the last event sent to it; empty until the topic is known. */
  readonly last: readonly bigint[];
  readonly lastSent: bigint | null;
}

/** What a replay has to send, as it was when it began. */
interface Bounds {
  readonly after: bigint;
  readonly end: bigint;
  readonly total: number;
}

const beginSql = `
insert into ops.replays (replay, after_position, end_position, total, position, last)
values ($1, $2, $3, $4, $2, '{}') on conflict (replay) do nothing`;

const placeSql = `
select position, end_position, sent, last, last_sent from ops.replays where replay = $1`;

const spreadSql = `
update ops.replays set last = array_fill(0::bigint, array[$2::integer])
where replay = $1 and sent = 0`;

const resumeSql = `
update ops.replays set fault = null, run_since = clock_timestamp(), run_from = sent where replay = $1`;

const advanceSql = `
update ops.replays set position = $3, sent = $4, last = $5::bigint[], last_sent = $6, fault = null,
  moved_at = clock_timestamp()
where replay = $1 and position = $2`;

const faultSql = `
update ops.replays set fault = $2 where replay = $1 and fault is distinct from $2`;

interface Row {
  readonly position: string;
  readonly end_position: string;
  readonly sent: string;
  readonly last: readonly string[];
  readonly last_sent: string | null;
}

/**
 * The places of replays in `ops.replays`. They are written on the session that holds the office, so
 * that a process which lost the office cannot move them, and only onward from where they were seen.
 */
export class ReplayPlaces {
  /** Replays go on side by side, and a session answers one statement after the other. */
  private readonly turn = inTurns();

  constructor(private readonly session: ClientBase) {}

  /** Null for a replay that has not begun. */
  async read(replay: string): Promise<ReplayPlace | null> {
    const { rows } = await this.ask<Row>(placeSql, [replay]);
    const [row] = rows;
    if (row === undefined) return null;
    return {
      position: BigInt(row.position),
      end: BigInt(row.end_position),
      sent: BigInt(row.sent),
      last: row.last.map(BigInt),
      lastSent: row.last_sent === null ? null : BigInt(row.last_sent),
    };
  }

  async begin(replay: string, { after, end, total }: Bounds): Promise<void> {
    await this.ask(beginSql, [replay, after, end, total]);
  }

  /** Says how many partitions the topic has, while nothing was sent to it. */
  async spread(replay: string, partitions: number): Promise<void> {
    await this.ask(spreadSql, [replay, partitions]);
  }

  /** Says that it is worked on from now on. */
  async resume(replay: string): Promise<void> {
    await this.ask(resumeSql, [replay]);
  }

  /** @throws Error if it does not stand at `from` any more; then nothing is changed. */
  async advance(replay: string, from: ReplayPlace, to: ReplayPlace): Promise<void> {
    const { rowCount } = await this.ask({
      name: 'advance-replay',
      text: advanceSql,
      values: [replay, from.position, to.position, to.sent, to.last, to.lastSent],
    });
    if (rowCount !== 1) throw new Error(`it does not stand at ${from.position} any more`);
  }

  /** Says why nothing is sent for now. */
  async report(replay: string, fault: string): Promise<void> {
    await this.ask(faultSql, [replay, fault]);
  }

  private ask<Row extends QueryResultRow>(
    statement: string | QueryConfig,
    values?: unknown[],
  ): Promise<QueryResult<Row>> {
    return this.turn(() => this.session.query<Row>(statement, values));
  }
}
