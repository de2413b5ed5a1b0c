import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { get, post, untilCovered } from '../api';
import type { Context } from '../context';
import { startFlowledger } from '../flowledger';
import type { Flowledger } from '../flowledger';
import { endOfLedger, sendLines } from '../ledger';
import { line } from '../load/calls';
import { checkpoint, connect, createDatabase } from '../postgres';
import type { Database } from '../postgres';
import { knownParagraphs } from '../retrieval/known-items';

/*
 * A style memory of generated paragraphs, filled by one arm after the other: first by words, while
 * nobody makes vectors, then by meaning. A server without vectors answers by words alone.
 */

const paragraphsEach = 250;
const seed = 50_000;
const tellEveryMilliseconds = 10_000;

/** As `npm start`, without whoever would time out the bench's executions meanwhile. */
const parts = { words: 'api,projector', both: 'api,projector,indexer' } as const;

export type Arms = keyof typeof parts;

export interface StyleMemory {
  readonly database: Database;
  readonly client: Client;
  readonly paragraphs: readonly string[];
}

interface Stats {
  readonly paragraphs: number;
  readonly semantic: { readonly indexed: number; readonly pending: number };
}

const secondsSince = (started: number): number => (performance.now() - started) / 1000;

export const openMemory = async (context: Context): Promise<StyleMemory> => {
  const database = await createDatabase(context, 'style');
  const count = context.quick ? 1_000 : 50_000;
  return {
    database,
    client: await connect(context, database.ownerUrl),
    paragraphs: knownParagraphs(count, seed),
  };
};

export const serve = (context: Context, { database }: StyleMemory, arms: Arms) =>
  startFlowledger(context, { name: `style-${arms}`, database, parts: parts[arms] });

const statsOf = async (server: Flowledger): Promise<Stats> =>
  (await get(server, '/v1/style-memory/stats')) as Stats;

const articlesOf = (paragraphs: readonly string[]): string[] =>
  Array.from({ length: Math.ceil(paragraphs.length / paragraphsEach) }, (_, index) =>
    line('index-article', {
      source: `article-${String(index)}`,
      markdown: paragraphs.slice(index * paragraphsEach, (index + 1) * paragraphsEach).join('\n\n'),
    }),
  );

/** Indexes all paragraphs; tells how many a second it took until words find them. */
export const indexByWords = async (
  server: Flowledger,
  { client, paragraphs }: StyleMemory,
): Promise<number> => {
  const started = performance.now();
  await sendLines(server, articlesOf(paragraphs));
  await untilCovered(server, 'style-paragraphs', await endOfLedger(client));
  const seconds = secondsSince(started);
  const held = (await statsOf(server)).paragraphs;
  if (held === paragraphs.length) {
    await client.query('analyze'); // as autovacuum would have done soon
    await checkpoint(client);
    return held / seconds;
  }
  throw new Error(`${held} of ${paragraphs.length} paragraphs are in the memory`);
};

/** Waits until all paragraphs have vectors and are searched by them; tells how many a second from now on. */
export const untilMeant = async (
  context: Context,
  server: Flowledger,
): Promise<{ readonly rate: number; readonly seconds: number }> => {
  const started = performance.now();
  const first = (await statsOf(server)).semantic;
  let told = started;
  for (;;) {
    const { indexed, pending } = (await statsOf(server)).semantic;
    if (indexed > 0 && pending === 0) {
      const seconds = secondsSince(started);
      return { rate: (indexed - first.indexed) / seconds, seconds };
    }
    if (performance.now() - told >= tellEveryMilliseconds) {
      told = performance.now();
      context.say(`style: ${indexed} paragraphs have vectors, ${pending} not yet`);
    }
    await delay(context.quick ? 100 : 1_000);
  }
};

interface Answer {
  readonly results: readonly { readonly text: string }[];
}

/**
 * Indexes an article of one paragraph and asks for it at once.
 *
 * @returns the milliseconds from sending the article to the answer that has its paragraph.
 */
export const newlyFound = async (server: Flowledger, index: number): Promise<number> => {
  const name = `Quartermaine${String(index)}`;
  const text = `The harbour of ${name} keeps a lantern for every captain who has not come back yet.`;
  const started = performance.now();
  const article = { source: name, markdown: text };
  const { position } = (await post(server, '/v1/commands/index-article', article)) as {
    readonly position: string;
  };
  const query = { text: `harbour of ${name}`, minPosition: position, minScore: 0 };
  const { results } = (await post(server, '/v1/style-memory/query', query)) as Answer;
  const milliseconds = performance.now() - started;
  if (results.some((found) => found.text === text)) return milliseconds;
  throw new Error(`${name} was not found at position ${position}`);
};
