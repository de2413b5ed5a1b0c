import type { NamedStatement } from './style-database';

/** One paragraph for each text ($1: text[], content hashes) that is in the memory: the first that says it. */
export const paragraphsSql: NamedStatement = {
  name: 'style-paragraphs',
  text: `
select found."contentHash", found.text, found.source, found.paragraph, found."paragraphId"
from unnest($1::text[]) as asked (content_hash)
cross join lateral (
  select "contentHash", text, source, paragraph, "paragraphId" from (
    select p.content_hash as "contentHash", p.text, p.source, p.paragraph,
      p.paragraph_id as "paragraphId"
    from read.style_paragraphs p
    where p.content_hash = asked.content_hash and p.present > 0
    offset 0 -- or all of them are read in order to find the first
  ) held
  order by held.source, held.paragraph limit 1
) found`,
};

/** How much the memory holds, and how it was used so far. */
export const statsSql = `
select held.articles, held.paragraphs, used.queries, used.hits, used.empty
from (
  select count(distinct source)::float8 as articles, count(*)::float8 as paragraphs
  from read.style_paragraphs where present > 0
) held
cross join (
  select coalesce(sum(queries), 0)::float8 as queries, coalesce(sum(hits), 0)::float8 as hits,
    coalesce(sum(empty_queries), 0)::float8 as empty
  from read.style_usage where paragraph = ''
) used`;
