import { z } from 'zod';
import { ApiClient, Refused, problemOf } from '../../src/modules/cli/api-client';
import { counted } from '../../src/modules/cli/amounts';
import type { DemoServer } from './demo-server';

/** Always the same ones: the memory holds them once, however often the demo runs. */
export const articles: Readonly<Record<string, readonly string[]>> = {
  'demo/flaky-tests.md': [
    'A test that fails once in a hundred runs is not a nuisance; it is a measurement of something nobody has understood yet.',
    'Begin with the clock. Most flaky suites wait for a time instead of a condition, and a busy machine makes every wait too short.',
    'Then look at what tests share: a port, a folder, a row. Whatever two of them can both reach, they will one day reach at once.',
  ],
  'demo/prompt-caching.md': [
    'Caching a prompt pays from the second call on, and only if the beginning of the prompt never changes between them.',
    'Put what is stable first: the rules, the style, the examples. What is new to this call belongs at the very end.',
    'Measure it as money and not as a rate: a cache that is hit often on short prompts saves less than one that is hit rarely on long ones.',
  ],
  'demo/event-sourcing.md': [
    'A ledger of facts can answer questions that nobody had thought of when the facts were recorded.',
    'Read models are opinions about the ledger: they may be thrown away and formed anew, and the facts stay as they are.',
  ],
};

/** What agents ask for; to the last there is no answer. */
export const questions = [
  'why do tests fail now and then',
  'how to save money with cached prompts',
  'the opening of an article about ledgers',
  'stable beginning of a prompt',
  'a recipe for bread',
] as const;

/** Some of what is meant scores below the usual threshold in a memory as small as this. */
export const threshold = 0.5;

const sourcePrefix = 'demo/';
const sourcesAtMost = '1000';

const sources = z.object({ rows: z.array(z.object({ source: z.string(), present: z.string() })) });
const accepted = z.object({ position: z.string() });
const found = z.object({ source: z.string(), paragraph: z.int(), score: z.number() });
const answer = z.object({ results: z.array(found) });

type Headers = Readonly<Record<string, string>>;

interface Stage {
  readonly server: DemoServer;
  readonly run: string;
  readonly say: (line: string) => void;
  /** Begins a part of the demo. */
  readonly heading: (text: string) => void;
}

/** Asks the memory; the query is recorded, for an execution where one is named. Throws Refused. */
export const ask = async (
  client: ApiClient,
  query: { readonly text: string; readonly executionId?: string },
  headers: Headers,
): Promise<z.output<typeof answer>> => {
  const asked = { ...query, agent: 'writer', minScore: threshold };
  const { status, body } = await client.post('/v1/style-memory/query', asked, headers);
  if (status !== 200) throw new Refused(problemOf(status, JSON.stringify(body)), 'query');
  return answer.parse(body);
};

/** Whether there is no article in the memory but those of demos. */
const isOurs = async (client: ApiClient): Promise<boolean> => {
  const query = { groupBy: 'source', limit: sourcesAtMost };
  const { rows } = await client.get('/v1/projections/style-paragraphs', query, sources);
  return rows.every(({ source, present }) => present === '0' || source.startsWith(sourcePrefix));
};

const index = async (client: ApiClient, headers: Headers): Promise<void> => {
  let minPosition = '0';
  for (const [source, paragraphs] of Object.entries(articles)) {
    const data = { source, markdown: paragraphs.join('\n\n') };
    const { status, body } = await client.command('index-article', data, headers);
    if (status !== 200) throw new Refused(problemOf(status, JSON.stringify(body)), source);
    minPosition = accepted.parse(body).position;
  }
  // Whoever asks now finds all of them.
  await client.get('/v1/projections/style-paragraphs', { minPosition, limit: '1' }, sources);
};

/**
 * Puts a few articles into the style memory and asks it, where it holds no others; gives what agents
 * may go on to ask: nothing where the memory is somebody's.
 */
export const remember = async (stage: Stage): Promise<readonly string[]> => {
  const { server, run, say, heading } = stage;
  const client = new ApiClient(server.service);
  const headers = { 'x-deployment-id': run };
  heading('What was written well is remembered, and asked for');
  if (!(await isOurs(client))) {
    say('   left out: the style memory holds articles of yours, and stays so');
    return [];
  }
  await index(client, headers);
  say(`   ${counted(Object.keys(articles).length, 'article')} from ${sourcePrefix}, which stay`);
  for (const text of questions) {
    const [best] = (await ask(client, { text }, headers)).results;
    say(`   ${text}`);
    say(
      best === undefined
        ? `     nothing scores ${String(threshold)}`
        : `     ${best.score.toFixed(2)}  ${best.source}, paragraph ${String(best.paragraph)}`,
    );
  }
  return questions;
};
