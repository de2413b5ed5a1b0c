import type { ClientBase } from 'pg';
import { instantFromDatabase } from '../ledger/instant';
import type { Watch } from './watch';

type Pending = Extract<Watch, { status: 'pending' }>;

const allSql = `select rule, deployment_id, question, since, seen_at from ops.alert_watches`;

const keepSql = `
insert into ops.alert_watches (rule, deployment_id, question, since, seen_at)
values ($1, $2, $3, to_timestamp($4::float8 / 1000), to_timestamp($5::float8 / 1000))
on conflict (rule) do update set deployment_id = excluded.deployment_id, question = excluded.question,
  since = excluded.since, seen_at = excluded.seen_at`;

const dropSql = `delete from ops.alert_watches where rule = $1`;

const nowSql = `select clock_timestamp() as now`;

interface Row {
  readonly rule: string;
  readonly deployment_id: string;
  readonly question: string;
  readonly since: string;
  readonly seen_at: string;
}

const millisecondsOf = (text: string): number => Date.parse(instantFromDatabase(text));

/**
 * The rules that are pending, in `ops.alert_watches`, so that whoever is elected goes on counting.
 * Written on the session that holds the office: a process that lost it changes nothing.
 */
export class WatchRecords {
  constructor(private readonly session: ClientBase) {}

  /** The database's clock, which all processes share; milliseconds. */
  async now(): Promise<number> {
    const { rows } = await this.session.query<{ now: string }>(nowSql);
    return millisecondsOf(rows[0]?.now ?? '');
  }

  /** By rule. */
  async all(): Promise<Map<string, Pending>> {
    const { rows } = await this.session.query<Row>(allSql);
    return new Map(
      rows.map(({ rule, deployment_id, question, since, seen_at }) => [
        rule,
        {
          status: 'pending',
          deploymentId: deployment_id,
          question,
          since: millisecondsOf(since),
          seenAt: millisecondsOf(seen_at),
        },
      ]),
    );
  }

  async keep(rule: string, { deploymentId, question, since, seenAt }: Pending): Promise<void> {
    await this.session.query(keepSql, [rule, deploymentId, question, since, seenAt]);
  }

  async drop(rule: string): Promise<void> {
    await this.session.query(dropSql, [rule]);
  }
}
