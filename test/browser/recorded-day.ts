/* What the pages show: some days of a pipeline, and a style memory that was asked. */
import { dayOf } from '../../scripts/demo/day';
import type { Answer } from '../harness/client';
import type { TestApp } from '../harness/app';

const days = 5;
const articlesADay = 9;
const dayMilliseconds = 86_400_000;

const accepted = ({ status, body }: Answer<unknown>): void => {
  if (status !== 200) throw new Error(`not accepted: ${JSON.stringify(body)}`);
};

const articles: Readonly<Record<string, readonly string[]>> = {
  'flaky-tests.md': [
    'A test that fails once in a hundred runs is not a nuisance; it is a measurement of something nobody has understood yet.',
    'Begin with the clock. Most flaky suites wait for a time instead of a condition, and a busy machine makes every wait too short.',
    'Then look at what tests share: a port, a folder, a row. Whatever two of them can both reach, they will one day reach at once.',
  ],
  'prompt-caching.md': [
    'Caching a prompt pays from the second call on, and only if the beginning of the prompt never changes between them.',
    'Put what is stable first: the rules, the style, the examples. What is new to this call belongs at the very end.',
    'Measure it as money and not as a rate: a cache that is hit often on short prompts saves less than one that is hit rarely on long ones.',
  ],
  'event-sourcing.md': [
    'A ledger of facts can answer questions that nobody had thought of when the facts were recorded.',
    'Read models are opinions about the ledger: they may be thrown away and formed anew, and the facts stay as they are.',
  ],
};

const questions = [
  'why do tests fail now and then',
  'how to save money with cached prompts',
  'the opening of an article about ledgers',
  'stable beginning of a prompt',
  'a recipe for bread',
];

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
    const question = { text, minScore: 0.5, agent: 'writer', executionId: 'day-0-001' };
    accepted(await client.post('/v1/style-memory/query', question));
  }
};
