import type { Context } from '../context';
import { above, atLeast, compared, measured } from '../figures';
import type { Row } from '../figures';
import type { Measurement } from '../measurement';
import { armsOf, hybridOf } from '../retrieval/arms';
import { kinds } from '../retrieval/collection';
import type { Kind } from '../retrieval/collection';
import { memoryOf } from '../retrieval/memory';
import { plainRankers } from '../retrieval/plain-rankers';
import { qualityOf, quantile, scoresOf } from '../retrieval/quality';
import type { Outcome, Quality } from '../retrieval/quality';

/** As queries have it by default. */
const threshold = 0.7;
const rightAtLeast = 0.9;

/** Asked in other words than those of the text, but not without any of them. */
const byMeaning: ReadonlySet<Kind> = new Set(['own text', 'articles']);
const meaningAbove = 0.7;

const metrics: readonly (readonly [name: string, of: (quality: Quality) => number])[] = [
  ['recall@1', ({ recallAt1 }) => recallAt1],
  ['recall@3', ({ recallAt3 }) => recallAt3],
  ['MRR', ({ reciprocalRank }) => reciprocalRank],
];

type Results = ReadonlyMap<string, readonly Outcome[]>;

const resultsOf = async (context: Context): Promise<Results> => {
  const memory = await memoryOf(context);
  const { byWords, byMeaning: semantic } = await armsOf(context, memory);
  const plain = await plainRankers(memory.client);
  const rankers = [hybridOf(memory), byWords, semantic, ...plain];
  const results = new Map<string, Outcome[]>();
  for (const { name, rank } of rankers) {
    context.say(`retrieval: ${memory.questions.length} questions, ${name}`);
    const outcomes: Outcome[] = [];
    for (const question of memory.questions) {
      outcomes.push({ question, found: await rank(question.text) });
    }
    results.set(name, outcomes);
  }
  return results;
};

/** Hybrid beside the better arm; the others are told in a note. */
const rowsOf = (kind: Kind, results: Results): Row[] => {
  const qualities = new Map(
    [...results].map(([name, outcomes]) => [
      name,
      qualityOf(outcomes.filter(({ question }) => question.kind === kind)),
    ]),
  );
  return metrics.flatMap(([metric, of]) => {
    const valueOf = (name: string): number => {
      const quality = qualities.get(name);
      return quality === undefined ? Number.NaN : of(quality);
    };
    const [best, other] = ['by words', 'by meaning'].sort((a, b) => valueOf(b) - valueOf(a));
    const told = [other ?? '', 'ts_rank', 'pg_trgm'].map(
      (name) => `${name} ${valueOf(name).toFixed(2)}`,
    );
    const figure = `${kind}: ${metric}`;
    const beside = compared(
      { figure, unit: '', budget: atLeast(1), note: told.join(', ') },
      [valueOf('hybrid')],
      { name: best ?? '', samples: [valueOf(best ?? '')] },
    );
    if (metric !== 'MRR' || !byMeaning.has(kind)) return [beside];
    const alone = { figure: `${figure}, hybrid`, unit: '', budget: above(meaningAbove) };
    return [beside, measured(alone, [valueOf('hybrid')])];
  });
};

const share = (values: readonly number[]): number =>
  values.filter((value) => value >= threshold).length / values.length;

const spreadOf = (values: readonly number[]): string =>
  [0.1, 0.25, 0.5, 0.75, 0.9].map((q) => quantile(values, q).toFixed(2)).join(' / ');

/** What a score of 0.7 or more of the hybrid says. */
const scoreRows = (kind: string, outcomes: readonly Outcome[]): Row[] => {
  const { right, wrong } = scoresOf(outcomes);
  const shown = outcomes.flatMap(({ question, found: [first] }) =>
    first === undefined || first.score < threshold ? [] : [first.contentHash === question.answer],
  );
  const rightShare = shown.filter(Boolean).length / shown.length;
  const note = `scores, p10 / p25 / p50 / p75 / p90: right ${spreadOf(right)}; best wrong ${spreadOf(wrong)}`;
  return [
    measured(
      {
        figure: `${kind}: of first answers from ${threshold} on, right`,
        unit: '',
        note: `${shown.length} answers to ${outcomes.length} questions`,
        ...(kind === 'all' ? { budget: above(rightAtLeast) } : {}),
      },
      [rightShare],
    ),
    measured({ figure: `${kind}: right answers from ${threshold} on`, unit: '', note }, [
      share(right),
    ]),
  ];
};

const unrelatedRow = (outcomes: readonly Outcome[]): Row => {
  const { unrelated } = scoresOf(outcomes);
  const note = `scores of the best answers, p10 / p25 / p50 / p75 / p90: ${spreadOf(unrelated)}`;
  return measured({ figure: `unrelated: answered from ${threshold} on`, unit: '', note }, [
    share(unrelated),
  ]);
};

/** Whether style queries find what is meant, and what their scores say. */
export const retrieval: Measurement = {
  name: 'retrieval',
  summary:
    'style queries: known items among 5,000 paragraphs, questions in other words, unrelated ones',
  budget: 'hybrid >= 1.0 x the better arm in each row; MRR of questions in other words > 0.7',
  run: async (context) => {
    const results = await resultsOf(context);
    const hybrid = results.get('hybrid') ?? [];
    const asked = kinds.filter(
      (kind) => kind !== 'unrelated' && hybrid.some(({ question }) => question.kind === kind),
    );
    return [
      ...asked.flatMap((kind) => rowsOf(kind, results)),
      ...asked.flatMap((kind) =>
        scoreRows(
          kind,
          hybrid.filter(({ question }) => question.kind === kind),
        ),
      ),
      ...scoreRows('all', hybrid),
      unrelatedRow(hybrid),
    ];
  },
};
