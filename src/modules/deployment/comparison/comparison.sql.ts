/* Over one generation's table of an entity; $1 are the deployments that are compared. */

export const statusesSql = (executions: string): string => `
select deployment_id as "deployment", status, count(*)::integer as count
from ${executions}
where deployment_id = any ($1::text[])
group by deployment_id, status`;

/** Nearest rank, as the histograms of the totals have it. */
const percentileSql = (share: string): string => `
  (percentile_disc(${share}) within group (
    order by round(extract(epoch from ended_at - started_at) * 1000, 1)
  ) filter (where status = 'completed'))::double precision`;

export const coursesSql = (executions: string): string => `
select deployment_id as "deployment",
  count(score)::integer as scored,
  (coalesce(sum(revisions) filter (where score is not null), 0))::integer as revisions,
  max(revisions) filter (where score is not null) as "mostRevisions",
  (count(*) filter (where status = 'completed'))::integer as completed,
  (count(*) filter (where status in ('failed', 'timed_out')))::integer as failed,
  count(ended_at)::integer as ended,${percentileSql('0.5')} as p50,${percentileSql('0.95')} as p95
from ${executions}
where deployment_id = any ($1::text[])
group by deployment_id`;

export const publishedSql = (executions: string): string => `
select deployment_id as "deployment", count(*)::integer as published,
  sum(cost_nano_usd)::text as "costNanoUsd"
from ${executions}
where deployment_id = any ($1::text[]) and published
group by deployment_id`;
