/*
 * Paragraphs as the style memory's read model shows them, in a table of the test's own behind the
 * same view: the semantic arm knows nothing else of them.
 */
import { createHash } from 'node:crypto';
import type { TestDatabase } from './database';

export const contentHashOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex');

const standInSql = `
create table public.paragraphs (
  source text not null, paragraph integer not null, paragraph_id text not null,
  content_hash text not null, text text, present bigint not null,
  primary key (source, paragraph, content_hash)
);
create index on public.paragraphs (content_hash);
drop view if exists read.style_paragraphs;
create view read.style_paragraphs as select * from public.paragraphs;
grant select on public.paragraphs, read.style_paragraphs to flowledger_app;`;

const putSql = `
insert into public.paragraphs
select 'article', place, 'p' || place, hash, text, 1
from unnest($1::int[], $2::text[], $3::text[]) as given (place, hash, text)
on conflict (source, paragraph, content_hash) do update set present = 1`;

/** Puts the stand-in there; to be called before paragraphs are put or removed. */
export const standIn = async (database: TestDatabase): Promise<void> => {
  await database.sql(standInSql);
};

export const putParagraphs = async (
  database: TestDatabase,
  texts: readonly string[],
): Promise<void> => {
  const places = texts.map((_, index) => index + 1);
  await database.sql(putSql, [places, texts.map(contentHashOf), texts]);
};

export const removeParagraph = async (database: TestDatabase, text: string): Promise<void> => {
  await database.sql('update public.paragraphs set present = 0 where content_hash = $1', [
    contentHashOf(text),
  ]);
};
