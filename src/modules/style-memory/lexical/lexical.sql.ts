import { styleParagraphs } from '../../../projections/style-paragraphs/style-paragraphs.projection';
import { likenessKey, wordViewOf } from '../../projector/word-index.sql';
import type { NamedStatement } from '../style-database';

const texts = wordViewOf(styleParagraphs, 'texts');
const words = wordViewOf(styleParagraphs, 'words');
const postings = wordViewOf(styleParagraphs, 'postings');
const size = wordViewOf(styleParagraphs, 'size');
const language = styleParagraphs.searched?.language ?? '';

/** The words of a text ($1) without stop words, and how many texts have each. */
export const wordsSql: NamedStatement = {
  name: 'style-words',
  text: `
select l.lexeme as word, coalesce(w.texts, 0)::float8 as texts, s.texts::float8 as size
from ${size} s
cross join unnest(to_tsvector('${language}', $1)) l
left join ${words} w on w.word = l.lexeme`,
};

/** The known words most like some unknown ones ($1: text[]), of a likeness of $2 at least. */
export const nearestSql: NamedStatement = {
  name: 'style-nearest-words',
  text: `
select asked.word as asked, n.word, n.texts, n.likeness
from unnest($1::text[]) as asked (word)
cross join lateral (
  select w.word, w.texts::float8 as texts, similarity(w.word, asked.word)::float8 as likeness
  from ${words} w where w.texts > 0
  order by (${likenessKey('w.word')}) <-> asked.word limit 1
) n
where n.likeness >= $2`,
};

/** Scores of the candidates, by the words they have of those asked for ($1, $2), the best first. */
const scoresSql = (limit: string): string => `
select t.identity as "contentHash", best.answered
from (
  select c.text, sum(p.worth * least(1, p.saturation)) as answered,
    sum(p.worth * p.saturation) as weight
  from candidates c
  cross join lateral (
    select ($2::float8[])[array_position($1::text[], p.word)] as worth, p.saturation
    from ${postings} p where p.text = c.text and p.word = any ($1::text[])
    offset 0 -- or the worth is looked up twice
  ) p
  group by c.text order by answered desc, weight desc, c.text limit ${limit}
) best
join ${texts} t on t.id = best.text
order by best.answered desc, best.weight desc, t.identity`;

/*
 * The texts that answer most of some words ($1: text[], $2: what finding each is worth), at most $3.
 * As many texts of each word as $4 says, those with most of it first, are looked at; the $5 that promise
 * most by what was seen of them are then scored by all words. So the work is bounded however frequent
 * the words are.
 */
export const searchSql: NamedStatement = {
  name: 'style-search',
  text: `
with candidates as materialized (
  select seen.text
  from unnest($1::text[], $2::float8[], $4::integer[]) as asked (word, worth, reading)
  cross join lateral (
    select p.text, p.saturation from ${postings} p
    where p.word = asked.word order by p.saturation desc, p.text limit asked.reading
  ) seen
  group by seen.text order by sum(asked.worth * least(1, seen.saturation)) desc, seen.text limit $5
)
${scoresSql('$3')}`,
};

/** The same of given texts ($3: text[], their identities). */
export const scoreSql: NamedStatement = {
  name: 'style-score',
  text: `
with candidates as materialized (
  select t.id as text from unnest($3::text[]) as given (identity)
  join ${texts} t on t.identity = given.identity
)
${scoresSql('all')}`,
};
