/* What the pages show: some days of a pipeline, and a style memory that was asked. */
import { dayOf } from '../../scripts/demo/day';
import { articles, questions, threshold } from '../../scripts/demo/style-memory';
import type { Answer } from '../harness/client';
import type { TestApp } from '../harness/app';

const days = 5;
const articlesADay = 9;
const dayMilliseconds = 86_400_000;

const accepted = ({ status, body }: Answer<unknown>): void => {
  if (status !== 200) throw new Error(`not accepted: ${JSON.stringify(body)}`);
};

/** What people would take, and cost; without it there are no hours to save. */
const benefits: readonly (readonly [command: string, data: object])[] = [
  ['set-hourly-rate', { usd: 75, effectiveFrom: '2020-01-01' }],
  ...Object.entries({ research: 2, writer: 3, editor: 1, graphics: 0.5 }).map(
    ([agent, hours]) => ['set-benchmark', { agent, hours, effectiveFrom: '2020-01-01' }] as const,
  ),
];

export const recordBenefits = async ({ client, keys }: TestApp): Promise<void> => {
  for (const [name, data] of benefits) {
    accepted(await client.command(name, data, { key: keys.operator }));
  }
};

/** Records it all, but for what people would take. */
export const recordDay = async ({ client }: TestApp): Promise<void> => {
  for (let ago = days - 1; ago >= 0; ago -= 1) {
    const now = Date.now() - ago * dayMilliseconds;
    const { articles: part } = dayOf(2_026 + ago, `day-${String(ago)}`, articlesADay, now);
    const lines = part.steps.map(({ at: _, ...line }) => line);
    const { body } = await client.bulk(lines);
    const refused = body.find(({ status }) => status !== 200);
    if (refused !== undefined) throw new Error(`not accepted: ${JSON.stringify(refused)}`);
  }
  for (const [source, paragraphs] of Object.entries(articles)) {
    accepted(await client.command('index-article', { source, markdown: paragraphs.join('\n\n') }));
  }
  for (const text of questions) {
    const question = { text, minScore: threshold, agent: 'writer', executionId: 'day-0-001' };
    accepted(await client.post('/v1/style-memory/query', question));
  }
};
