/**
 * How executions ended: of deployment $1, of all for null; since $2, ever for null. The statuses are named
 * one by one as they come before the time in the indexes.
 */
export const endedSql = `
select count(*)::integer as ended,
  (count(*) filter (where status in ('failed', 'timed_out')))::integer as failed
from read.execution_status
where status in ('completed', 'failed', 'timed_out', 'cancelled', 'terminated')
  and ($1::text is null or deployment_id = $1) and ($2::timestamptz is null or ended_at >= $2)`;

/** Executions that ended, and those among them that failed or timed out. */
export interface Ended {
  readonly ended: number;
  readonly failed: number;
}
