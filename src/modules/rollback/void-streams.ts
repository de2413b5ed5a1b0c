import { repricingType } from '../../events/voiding';

/** Streams that a deployment ($1) wrote to, of the pipeline's kinds ($2: patterns): how many of its own events, and of all. */
export const streamsSql = `
with own as materialized (
  select stream, type, version from ledger.events where deployment_id = $1 and stream like any ($2::text[])
), begun as (
  select stream from own where version = 1
), void as (
  select stream, type from own
  where stream not in (select stream from begun) and type <> '${repricingType}'
  union all
  select e.stream, e.type from begun join ledger.events e on e.stream = begun.stream
)`;
