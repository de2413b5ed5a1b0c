import fc from 'fast-check';
import type { Pool } from 'pg';
import type { RecordedEvent } from '../../src/events';
import { connectPool } from '../../src/modules/database/clients';
import { storeOf } from '../../src/modules/projector/store';
import { createIndexesSql, createTablesSql } from '../../src/modules/projector/table';
import { wordIndexSql } from '../../src/modules/projector/word-index.sql';
import { styleParagraphs } from '../../src/projections/style-paragraphs/style-paragraphs.projection';
import { anyArticleCommands, articleCourseOf } from '../harness/articles';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { inBatches, recorded } from '../harness/histories';
import { seedOf } from '../harness/seed';

const seed = seedOf('word-index');
const table = 'g.style_paragraphs';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await freshDatabase();
  pool = connectPool(database.url, 4);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const make = async (statements: readonly string[]): Promise<void> => {
  for (const sql of statements) await pool.query(sql);
};
const index = [
  ...createIndexesSql('g', styleParagraphs),
  ...wordIndexSql('g', styleParagraphs),
] as const;
const anew = [
  'drop schema if exists g cascade',
  'create schema g',
  ...createTablesSql('g', styleParagraphs),
] as const;

const apply = async (events: readonly RecordedEvent[]): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const rows = await storeOf(styleParagraphs, 'g').read(client, new Set());
    for (const event of events) rows.fold(event);
    for (const write of rows.writes()) await client.query(write);
    await client.query('commit');
  } finally {
    client.release();
  }
};

/** What the index has, by the texts themselves, beside what their rows say that it should have. */
const expectIndexed = async (): Promise<void> => {
  const { rows } = await pool.query<Record<'has' | 'ought', unknown>>(`
with held as (select distinct content_hash, text from ${table} where present > 0),
  lexemes as (select h.content_hash, l.lexeme from held h, unnest(to_tsvector('english', h.text)) l)
select json_build_object(
  'size', (select texts from ${table}_size),
  'texts', (select json_agg(identity order by identity) from ${table}_texts),
  'words', (select json_object_agg(word, texts order by word) from ${table}_words where texts > 0),
  'postings', (select json_agg(json_build_array(t.identity, p.word) order by t.identity, p.word)
     from ${table}_postings p join ${table}_texts t on t.id = p.text)) as has,
json_build_object(
  'size', (select count(*) from held),
  'texts', (select json_agg(content_hash order by content_hash) from held),
  'words', (select json_object_agg(lexeme, texts order by lexeme)
     from (select lexeme, count(*) as texts from lexemes group by lexeme) w),
  'postings', (select json_agg(json_build_array(content_hash, lexeme) order by content_hash, lexeme)
     from lexemes)) as ought`);
  expect(JSON.parse(rows[0]!.has as string)).toEqual(JSON.parse(rows[0]!.ought as string));
};

/** Two articles, so that texts come in both; with more words than their digests have. */
const ledgers = fc
  .tuple(
    fc.array(anyArticleCommands, { minLength: 1, maxLength: 2 }),
    fc.array(fc.nat(100), { minLength: 1 }),
  )
  .map(([articles, order]) =>
    recorded(
      articles.map((commands) => articleCourseOf(commands).events),
      order,
    ),
  );

test('the index has the words of what is present, after any edits in any batches', async () => {
  await fc.assert(
    fc.asyncProperty(ledgers, fc.array(fc.nat(10), { minLength: 1 }), async (ledger, cuts) => {
      await make([...anew, ...index]);
      for (const batch of inBatches(ledger, cuts)) await apply(batch);
      await expectIndexed();
    }),
    { numRuns: 25, seed },
  );
});

test('the index made of rows that were there before is the same', async () => {
  await fc.assert(
    fc.asyncProperty(ledgers, async (ledger) => {
      await make(anew);
      await apply(ledger);
      await make(index);
      await expectIndexed();
    }),
    { numRuns: 10, seed },
  );
});

const row = (source: string, hash: string, text: string, present: number) => ({
  source,
  paragraph: 1,
  paragraph_id: `${source}.1`,
  content_hash: hash,
  text,
  present,
});
const add = (rows: readonly object[]): [string, unknown[]] => [
  `insert into ${table} as t (source, paragraph, paragraph_id, content_hash, text, present)
select source, paragraph, paragraph_id, content_hash, text, present
from json_populate_recordset(null::${table}, $1)
on conflict (source, paragraph, paragraph_id, content_hash) do update set present = t.present + excluded.present`,
  [JSON.stringify(rows)],
];

test('of a text with more words than PostgreSQL takes the first are indexed', async () => {
  const many = Array.from({ length: 120_000 }, (_, index) => `wort${index.toString(36)}`).join(' ');
  const all = `to_tsvector('english', (select text from ${table}))`;
  await make([...anew, ...index]);
  await pool.query(...add([row('a', 'h', many, 1)]));
  await expect(pool.query(`select ${all}`)).rejects.toThrow('too long for tsvector');
  const words = await pool.query(
    `select word from ${table}_words where word in ('wort1', 'wort2000')`,
  );
  expect(words.rows).toEqual([{ word: 'wort1' }]);
  await make([...anew, ...createIndexesSql('g', styleParagraphs)]);
  await pool.query(...add([row('a', 'h', many, 1)]));
  await make(wordIndexSql('g', styleParagraphs));
  const { rows } = await pool.query(`select texts from ${table}_size`);
  expect(rows).toEqual([{ texts: '1' }]);
});

test('of two who take away the last copies of a text at once, one takes it from the index', async () => {
  await make([...anew, ...index]);
  const copies = ['a', 'b'].map((source) => row(source, 'h', 'the ledger remembers', 1));
  await pool.query(...add(copies));
  const [first, second] = await Promise.all([pool.connect(), pool.connect()]);
  try {
    await first.query('begin');
    await second.query('begin');
    await first.query(...add([{ ...copies[0], present: -1 }]));
    const waits = second.query(...add([{ ...copies[1], present: -1 }]));
    await first.query('commit');
    await waits;
    await second.query('commit');
  } finally {
    first.release();
    second.release();
  }
  await expectIndexed();
  const { rows } = await pool.query(`select from ${table}_postings`);
  expect(rows).toEqual([]);
});

test('a text that is undone with its transaction leaves nothing in the index', async () => {
  await make([...anew, ...index]);
  await pool.query(...add([row('a', 'h', 'the ledger remembers', 1)]));
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(...add([row('b', 'i', 'the ledger forgets nothing', 1)]));
    await client.query('rollback');
  } finally {
    client.release();
  }
  await expectIndexed();
});

test('one mention in a text of usual length counts 1, more count more, length takes away', async () => {
  await make([...anew, ...index]);
  const filler = (count: number): string =>
    Array.from({ length: count }, (_, word) => `zq${String(word)}`).join(' ');
  await pool.query(
    ...add([
      row('a', 'usual', `ledger ${filler(119)}`, 1),
      row('b', 'thrice', `ledger ledger ledger ${filler(117)}`, 1),
      row('c', 'long', `ledger ${filler(479)}`, 1),
    ]),
  );
  const { rows } = await pool.query<{ identity: string; saturation: number }>(
    `select t.identity, p.saturation from ${table}_postings p join ${table}_texts t on t.id = p.text
     where p.word = 'ledger'`,
  );
  const of = Object.fromEntries(rows.map(({ identity, saturation }) => [identity, saturation]));
  expect(of['usual']).toBeCloseTo(1);
  expect(of['thrice']).toBeCloseTo((2.2 * 3) / (3 + 1.2));
  expect(of['long']).toBeCloseTo(2.2 / (1 + 1.2 * (0.6 + 0.4 * 4)));
});
