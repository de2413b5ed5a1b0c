/** On which whoever searches is told that there are new vectors. */
export const vectorsChannel = 'style_vectors';

/** Vectors that came, and paragraphs that went or came back, in the order in which that happened. */
export const changesSql = `
select change, content_hash as "contentHash", dimensions, case when present then parts end as parts
from style.vectors where model = $1 and change > $2 order by change limit $3`;

export const standingSql = `
select pending, paused,
  (select count(*)::int from style.vectors where model = $1 and present) as indexed
from style.indexing where model = $1`;

/** How many numbers the vectors of a model have: the first one says so for all. */
export const keptDimensionsSql = `
select dimensions from style.vectors where model = $1 order by change limit 1`;

/** The indexer's own row, made by whoever is the first. */
export const enterSql = `
insert into style.indexing (model) values ($1) on conflict (model) do nothing`;

/** Says how far it is, where that has changed, and hears whether it is to pause. */
export const progressSql = `
with moved as (
  update style.indexing set pending = $2, moved_at = now() where model = $1 and pending is distinct from $2
)
select paused from style.indexing where model = $1`;

export const pauseSql = `
insert into style.indexing (model, paused) values ($1, $2)
on conflict (model) do update set paused = $2`;

/** Follows paragraphs that were removed, or came back, since the last look. */
export const presenceSql = `
update style.vectors v set present = not v.present, change = nextval('style.vector_changes')
where v.model = $1 and v.present <>
  (v.content_hash in (select content_hash from read.style_paragraphs where present > 0))`;

const missing = (model: string): string => `from read.style_paragraphs p
where p.present > 0 and p.text is not null and not exists (
  select from style.vectors v where v.model = ${model} and v.content_hash = p.content_hash)`;

export const countMissingSql = `
select count(distinct p.content_hash)::int as pending ${missing('$1')}`;

/**
 * Opens a cursor on paragraphs without vectors, each once: one look at all of them, not one for each
 * batch. It outlives its transaction, so it holds up no vacuum. Cursors take no parameters, so the
 * model comes as a literal.
 */
export const openMissingSql = (modelLiteral: string): string => `
declare missing no scroll cursor with hold for
select distinct on (p.content_hash) p.content_hash as "contentHash", p.text
${missing(modelLiteral)} order by p.content_hash`;

export const fetchMissingSql = (count: number): string => `fetch ${String(count)} from missing`;

export const closeMissingSql = 'close missing';

export const addVectorsSql = `
insert into style.vectors (model, content_hash, dimensions, parts, present)
select $1, content_hash, $2, parts, true
from unnest($3::text[], $4::bytea[]) as added (content_hash, parts)
on conflict (model, content_hash) do nothing`;
