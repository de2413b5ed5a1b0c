import type { Client } from 'pg';
import { ranksAtMost } from './ranker';
import type { Ranked, Ranker } from './ranker';

const tableSql = `
create table public.plain as
select content_hash, text, to_tsvector('english', text) as words
from read.style_paragraphs where present > 0;
create index on public.plain using gin (words);
create index on public.plain using gist (text gist_trgm_ops (siglen = 256));
analyze public.plain;`;

/** PostgreSQL's own full-text search; any of the words will do, or it would find next to nothing. */
const tsRankSql = `
select content_hash as "contentHash", ts_rank(words, asked) as score
from public.plain, cast(replace(plainto_tsquery('english', $1)::text, '&', '|') as tsquery) asked
where words @@ asked
order by score desc, content_hash limit $2`;

const trigramSql = `
select content_hash as "contentHash", 1 - ($1 <<-> text) as score
from public.plain order by $1 <<-> text limit $2`;

/** What a user of PostgreSQL has without Flowledger, with the indexes that belong to it. */
export const plainRankers = async (client: Client): Promise<Ranker[]> => {
  await client.query(tableSql);
  const ranker = (name: string, sql: string): Ranker => ({
    name,
    rank: async (text) => (await client.query<Ranked>(sql, [text, ranksAtMost])).rows,
  });
  return [ranker('ts_rank', tsRankSql), ranker('pg_trgm', trigramSql)];
};
