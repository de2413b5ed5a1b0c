import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Context } from '../context';
import { startFlowledger } from '../flowledger';
import type { Flowledger } from '../flowledger';
import { connect, createDatabase } from '../postgres';
import type { Database } from '../postgres';
import { collectionOf } from './collection';
import type { Question } from './collection';

/** A question with the content hash of the paragraph that answers it; null where none does. */
export interface Asked extends Question {
  readonly answer: string | null;
}

/** A Flowledger whose style memory holds the collection, searched by both arms. */
export interface Memory {
  readonly server: Flowledger;
  readonly database: Database;
  readonly client: Client;
  readonly questions: readonly Asked[];
  readonly paragraphs: number;
}

interface Stats {
  readonly paragraphs: number;
  readonly semantic: { readonly indexed: number; readonly pending: number };
}

const tellEveryMilliseconds = 10_000;

const index = async ({ url, key }: Flowledger, body: unknown): Promise<void> => {
  const answer = await fetch(`${url}/v1/commands/index-article`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`an article was refused: ${await answer.text()}`);
};

const statsOf = async ({ url, key }: Flowledger): Promise<Stats> => {
  const headers = { authorization: `Bearer ${key}` };
  return (await (await fetch(`${url}/v1/style-memory/stats`, { headers })).json()) as Stats;
};

/** Waits until both arms search all paragraphs; tells how far the slower one is. */
const untilSearched = async (context: Context, server: Flowledger): Promise<number> => {
  let told = performance.now();
  let stats = await statsOf(server);
  while (stats.semantic.indexed === 0 || stats.semantic.pending > 0) {
    await delay(100);
    stats = await statsOf(server);
    if (performance.now() - told < tellEveryMilliseconds) continue;
    told = performance.now();
    const { indexed, pending } = stats.semantic;
    context.say(`retrieval: ${indexed} paragraphs have vectors, ${pending} not yet`);
  }
  return stats.paragraphs;
};

const answersOf = async (client: Client, questions: readonly Question[]): Promise<Asked[]> => {
  const { rows } = await client.query<{ hash: string; text: string }>(
    'select content_hash as hash, text from read.style_paragraphs where present > 0',
  );
  return questions.map((question) => {
    const { answerBegins } = question;
    if (answerBegins === null) return { ...question, answer: null };
    const answer = rows.find(({ text }) => text.startsWith(answerBegins));
    if (answer === undefined) throw new Error(`no paragraph begins with "${answerBegins}"`);
    return { ...question, answer: answer.hash };
  });
};

const make = async (context: Context): Promise<Memory> => {
  const { articles, questions } = await collectionOf(context.articles, context.quick ? 50 : 150);
  const database = await createDatabase(context, 'retrieval');
  const server = await startFlowledger(context, { name: 'retrieval', database });
  const client = await connect(context, database.ownerUrl);
  const started = performance.now();
  for (const article of articles) await index(server, article);
  const paragraphs = await untilSearched(context, server);
  const seconds = (performance.now() - started) / 1000;
  context.say(
    `retrieval: ${paragraphs} paragraphs searched by both arms after ${seconds.toFixed(0)} s`,
  );
  return { server, database, client, paragraphs, questions: await answersOf(client, questions) };
};

/** The memory that all measurements of retrieval share. */
export const memoryOf = (context: Context): Promise<Memory> => context.shared('style memory', make);
