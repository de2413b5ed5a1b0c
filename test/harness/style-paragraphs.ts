/*
 * Paragraphs of the style memory, put there by commands: each is an article of its own; and waiting
 * until they are found.
 */
import { createHash } from 'node:crypto';
import type { TestApp } from './app';
import type { Client } from './client';
import { eventually } from './eventually';

export const contentHashOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex');

const sourceOf = (text: string): string => `article-${contentHashOf(text).slice(0, 12)}`;

const accepted = async (app: TestApp, name: string, body: object): Promise<void> => {
  const answer = await app.client.command(name, body);
  if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`);
};

export const putParagraphs = async (app: TestApp, texts: readonly string[]): Promise<void> => {
  for (const text of texts) {
    await accepted(app, 'index-article', { source: sourceOf(text), markdown: text });
  }
};

export const removeParagraph = async (app: TestApp, text: string): Promise<void> => {
  await accepted(app, 'remove-article', { source: sourceOf(text), reason: 'a test' });
};

/** Waits until what was recorded up to `position` is found by its words, and by its meaning where that is searched. */
export const foundFrom = async (
  client: Client,
  position: string,
  isByMeaning = true,
): Promise<void> => {
  const path = `/v1/style-memory/stats?minPosition=${position}`;
  await eventually('the style memory has it all', async () => {
    const { status, body } = await client.get<{ semantic: { pending: number } }>(path);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return !isByMeaning || body.semantic.pending === 0;
  });
};
