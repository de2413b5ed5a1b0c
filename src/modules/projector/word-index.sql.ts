import type { Projection, SearchedText } from '../../projections/projection';
import { sqlName, tableOf } from './table';

/*
 * The word index of a projection's texts: an inverted file in tables of its own, beside the rows
 * and within their generation, kept by triggers in the transaction that changes the rows. So it is never
 * behind them, is made anew with them, and goes live with them.
 *
 * texts     one row for each different text, whatever number of rows hold it
 * words     every word (as a lexeme) with the number of texts it is in
 * postings  which words a text has, and how far it answers a query for them
 * size      the number of texts
 */

const parts = ['texts', 'words', 'postings', 'size'] as const;

/** Saturation grows with the count of a word in a text up to k1 + 1; b is the share of length in it. */
const k1 = 1.2;
const b = 0.4;

/**
 * The words, without stop words, up to which one mention answers for its word in full: a long
 * paragraph of prose. Beyond, length takes away.
 */
const usualLength = 120;

/**
 * The characters of a text whose words are indexed: PostgreSQL refuses a text with over 1 MiB of them,
 * and one text that it refuses would stop all that come after it. This is half of that in any writing.
 */
const charactersAtMost = 100_000;

/**
 * How far a text with `count` mentions among `length` words answers a query for the word: 1 for one
 * mention in a text of usual length, at most k1 + 1.
 *
 * Source: S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009,
 * section 3.4; the average length is a constant here, so that postings stand as they were written.
 */
const saturationSql = (count: string, length: string): string =>
  `${k1 + 1} * ${count} / (${count} + ${k1} * (${1 - b} + ${b} * ${length} / ${usualLength}))`;

/** What words are compared by to find one like another. */
export const likenessKey = (word: string): string => `${word} || ''`;

const searchedOf = (projection: Projection): SearchedText | undefined =>
  projection.kind === 'totals' ? projection.searched : undefined;

/** Makes the index of some texts agree with the rows there are now. */
const reindexSql = (schema: string, table: string, searched: SearchedText): string => {
  const [text, identity, present] = [searched.text, searched.identity, searched.present].map(
    sqlName,
  );
  return `create function ${schema}.reindex(identities text[]) returns void language plpgsql as $$
declare
  gone integer[];
  came integer[];
begin
  -- One writer at a time, until its transaction ends: whether a text is still there is for the last
  -- of those to tell who take away a copy of it, and no two can wait for each other's words.
  perform pg_advisory_xact_lock(hashtextextended('${schema}', 0));

  select coalesce(array_agg(t.id), '{}') into gone from ${table}_texts t
  where t.identity = any (identities) and not exists (
    select from ${table} r where r.${identity} = t.identity and r.${present} > 0);
  update ${table}_words w set texts = w.texts - p.texts
  from (select word, count(*) as texts from ${table}_postings where text = any (gone) group by word) p
  where w.word = p.word;
  delete from ${table}_postings where text = any (gone);
  delete from ${table}_texts where id = any (gone);

  with fresh as (
    insert into ${table}_texts (identity)
    select distinct r.${identity} from ${table} r
    where r.${identity} = any (identities) and r.${present} > 0
    on conflict (identity) do nothing
    returning id
  )
  select coalesce(array_agg(id), '{}') into came from fresh;
  insert into ${table}_postings (text, word, saturation)
  select id, word, ${saturationSql('count', 'sum(count) over (partition by id)')}
  from (
    select t.id, l.lexeme as word, cardinality(l.positions)::real as count
    from ${table}_texts t
    cross join lateral (
      select normalize(left(r.${text}, ${charactersAtMost}), NFC) as body from ${table} r
      where r.${identity} = t.identity and r.${present} > 0 limit 1) r
    cross join lateral unnest(to_tsvector('${searched.language}', r.body)) l
    where t.id = any (came)
  ) counts;
  insert into ${table}_words as w (word, texts)
  select word, count(*) from ${table}_postings where text = any (came) group by word order by word
  on conflict (word) do update set texts = w.texts + excluded.texts;

  update ${table}_size set texts = texts + cardinality(came) - cardinality(gone);
end $$`;
};

/** The word index of one generation, of the rows its table has by now and of all that come. */
export const wordIndexSql = (schema: string, projection: Projection): string[] => {
  const searched = searchedOf(projection);
  if (searched === undefined) return [];
  const table = tableOf(schema, projection);
  const identity = sqlName(searched.identity);
  return [
    `create table ${table}_texts (
  id       integer primary key generated always as identity,
  identity text    not null unique
)`,
    // With room for a changed count in each page.
    `create table ${table}_words (
  word  text   primary key,
  texts bigint not null
) with (fillfactor = 70)`,
    // Of an expression, because an index of the word itself would also be taken to look up equals. A page
    // of words fills a short signature, so that every page has to be read to find the nearest word.
    `create index on ${table}_words using gist ((${likenessKey('word')}) gist_trgm_ops (siglen = 512))`,
    // Vacuumed early: until then a query reads the rows beside the index, which adds half to its work.
    `create table ${table}_postings (
  text       integer not null,
  word       text    not null,
  saturation real    not null,
  primary key (text, word) include (saturation)
) with (autovacuum_vacuum_insert_scale_factor = 0.02)`,
    // The best texts of a word first: what a query begins with.
    `create index on ${table}_postings (word, saturation desc, text)`,
    `create table ${table}_size (texts bigint not null)`,
    `insert into ${table}_size (texts) values (0)`,
    reindexSql(schema, table, searched),
    `create function ${schema}.keep_words() returns trigger language plpgsql as $$
declare
  identities text[] := array(select distinct ${identity} from changed);
begin
  if cardinality(identities) > 0 then perform ${schema}.reindex(identities); end if;
  return null;
end $$`,
    `create trigger words_of_inserted after insert on ${table}
referencing new table as changed for each statement execute function ${schema}.keep_words()`,
    `create trigger words_of_updated after update on ${table}
referencing new table as changed for each statement execute function ${schema}.keep_words()`,
    `select ${schema}.reindex(array(select distinct ${identity} from ${table}))`,
  ];
};

/** Where the word index of the live generation is found, under the name of its part. */
export const wordViewOf = ({ name }: Projection, part: (typeof parts)[number]): string =>
  `search.${sqlName(name)}_${part}`;

/** Points the views at the word index of one generation; `isSame`: they were at one of this version. */
export const wordViewsSql = (schema: string, projection: Projection, isSame: boolean): string[] =>
  searchedOf(projection) === undefined
    ? []
    : parts.flatMap((part) => {
        const view = wordViewOf(projection, part);
        return [
          ...(isSame ? [] : [`drop view if exists ${view}`]),
          `create or replace view ${view} as select * from ${tableOf(schema, projection)}_${part}`,
        ];
      });
