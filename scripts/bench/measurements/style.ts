import { count } from '../../../src/modules/cli/amounts';
import type { Context } from '../context';
import { below, compared, measured } from '../figures';
import type { Row } from '../figures';
import type { Flowledger } from '../flowledger';
import { startExecutions } from '../ledger';
import type { Measurement } from '../measurement';
import { indexByWords, newlyFound, openMemory, serve, untilMeant } from '../style/memory';
import type { Arms } from '../style/memory';
import { askAndCall, callRate, connections, queryRate } from '../style/queries';
import type { Round } from '../style/queries';

const names: Readonly<Record<Arms, string>> = { words: 'lexical alone', both: 'hybrid' };
const milliseconds: Readonly<Record<Arms, number>> = { words: 20, both: 50 };

/** Articles of one paragraph that are asked for as soon as they are indexed. */
const newArticles = 20;

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** Answers by words alone are no hybrid ones: how many there were stands beside the times. */
const noteOf = (arms: Arms, drives: readonly Round['queries'][]): string => {
  const rates = drives.map(({ perSecond }) => perSecond.toFixed(0)).join(', ');
  const sum = (of: (drive: Round['queries']) => number): number =>
    drives.reduce((all, drive) => all + of(drive), 0);
  const degraded = percent(
    sum(({ marked }) => marked),
    sum((drive) => drive.count),
  );
  const answers = `${rates} answers a second`;
  if (arms === 'words') return answers;
  const others = drives.map(({ unmarkedP99 }) => unmarkedP99.toFixed(1)).join(', ');
  return `${answers}; by words alone for want of time: ${degraded}; p99 of the others: ${others} ms`;
};

const queryRows = (arms: Arms, paragraphs: number, rounds: readonly Round[]): Row[] => {
  const name = `style query at ${count(paragraphs)} paragraphs, ${connections} connections, ${names[arms]}`;
  const alone = rounds.map(({ queries }) => queries);
  const busy = rounds.map(({ both }) => both.queries);
  const times = (drives: readonly Round['queries'][], what: 'p50' | 'p99'): number[] =>
    drives.map((drive) => drive[what]);
  const budget = below(milliseconds[arms], 'ms');
  const figure = `record-llm-call at ${callRate}/s beside style queries, ${names[arms]}, p99`;
  const note = `p99 of the queries meanwhile: ${times(busy, 'p99')
    .map((p99) => p99.toFixed(1))
    .join(', ')} ms; ${noteOf(arms, busy)}`;
  return [
    measured(
      { figure: `${name}, p50`, unit: 'ms', note: noteOf(arms, alone) },
      times(alone, 'p50'),
    ),
    measured({ figure: `${name}, p99`, unit: 'ms', budget }, times(alone, 'p99')),
    measured(
      { figure: `the same at ${queryRate}/s, p99`, unit: 'ms' },
      rounds.map(({ atRate }) => atRate.p99),
    ),
    compared(
      { figure, unit: 'ms', note },
      rounds.map(({ both }) => both.calls.p99),
      { name: 'without', samples: rounds.map(({ calls }) => calls.p99) },
    ),
  ];
};

const indexRow = (arm: string, paragraphs: number, perSecond: number, note?: string): Row => {
  const figure = `index ${count(paragraphs)} paragraphs, ${arm} arm`;
  return measured({ figure, unit: 'paragraphs/s', ...(note === undefined ? {} : { note }) }, [
    perSecond,
  ]);
};

/** While there are no vectors yet, and the indexer makes them: whoever is new is found by words. */
const foundRow = async (server: Flowledger): Promise<Row> => {
  const samples: number[] = [];
  for (let index = 0; index < newArticles; index += 1)
    samples.push(await newlyFound(server, index));
  const figure = 'from indexing an article to a query that finds it, vectors being made';
  return measured({ figure, unit: 'ms' }, samples);
};

const rows = async (context: Context): Promise<Row[]> => {
  const memory = await openMemory(context);
  const paragraphs = memory.paragraphs.length;
  context.say(`style: indexing ${paragraphs} paragraphs by words`);
  const byWords = await serve(context, memory, 'words');
  const lexicalRate = await indexByWords(byWords, memory);
  await startExecutions(byWords);
  const lexical = await askAndCall(context, byWords, memory, 'words');
  await byWords.stop();
  context.say(`style: indexing ${paragraphs} paragraphs by meaning`);
  const byBoth = await serve(context, memory, 'both');
  const found = await foundRow(byBoth);
  const { rate: semanticRate, seconds } = await untilMeant(context, byBoth);
  const hybrid = await askAndCall(context, byBoth, memory, 'both');
  const note = `in the background, ${seconds.toFixed(0)} s; /v1/style-memory/stats said how far it was`;
  return [
    indexRow('lexical', paragraphs, lexicalRate),
    found,
    indexRow('semantic', paragraphs, semanticRate, note),
    ...queryRows('words', paragraphs, lexical),
    ...queryRows('both', paragraphs, hybrid),
  ];
};

/** The style memory at its size: how fast it is filled, and how fast it answers beside calls. */
export const style: Measurement = {
  name: 'style',
  summary: `style queries at 50,000 paragraphs from ${connections} connections, beside model calls and without; index rates`,
  budget: 'p99 < 20 ms by words alone, < 50 ms by both arms',
  run: rows,
};
