import { z } from 'zod';
import type { RecordedEvent } from '../../events';
import { shareOf } from '../answered';
import { day, histogram, sum, text } from '../columns';
import { dayOf } from '../days';
import { observed, percentiles, percentilesSchema } from '../histogram';
import { totals } from '../projection';

/** Whom and what a row counts; what does not apply is empty. */
const keyOf = (
  { occurredAt, deploymentId }: RecordedEvent,
  agent: string | null,
  source = '',
  paragraph = '',
) => ({ day: dayOf(occurredAt), source, paragraph, agent: agent ?? '', deployment: deploymentId });

const counted = (truth: boolean): bigint => (truth ? 1n : 0n);

/** The query itself, under no paragraph; then each paragraph it came to. */
const queried = (event: RecordedEvent<'StyleMemoryQueried'>) => {
  const { agent, results, nearMisses, latencyMs, degraded } = event.data;
  const isEmpty = results.length === 0;
  return [
    {
      key: keyOf(event, agent),
      add: {
        queries: 1n,
        hits: counted(!isEmpty),
        emptyQueries: counted(isEmpty),
        nearMissQueries: counted(isEmpty && nearMisses.length > 0),
        degradedQueries: counted(degraded),
        latencyMs: observed(latencyMs),
      },
    },
    ...results.map(({ source, paragraphId }) => ({
      key: keyOf(event, agent, source, paragraphId),
      add: { results: 1n },
    })),
    ...nearMisses.map(({ source, paragraphId }) => ({
      key: keyOf(event, agent, source, paragraphId),
      add: { nearMisses: 1n },
    })),
  ];
};

const indexed = (
  event: RecordedEvent,
  source: string,
  paragraphs: readonly { readonly paragraphId: string }[],
  by: bigint,
) =>
  paragraphs.map(({ paragraphId }) => ({
    key: keyOf(event, null, source, paragraphId),
    add: { indexed: by },
  }));

/**
 * How the style memory is used. A query counts once, in a row without source and paragraph, however
 * many paragraphs it found: so `queries`, its rates and its latency are right under every grouping.
 * What it found counts in the rows of the paragraphs, beside what became of the executions they
 * served. `indexed` is 1 over all days for a paragraph that is in the memory: grouped by paragraph,
 * those with `indexed=1` and `results=0` were never used.
 */
export const styleUsage = totals({
  name: 'style-usage',
  version: 1,
  summary:
    'Queries to the style memory, what they found and what came of it, by day, source, paragraph, agent and deployment',
  key: { day: day(), source: text(), paragraph: text(), agent: text(), deployment: text() },
  measures: {
    queries: sum(),
    hits: sum(),
    emptyQueries: sum(),
    nearMissQueries: sum(),
    degradedQueries: sum(),
    results: sum(),
    nearMisses: sum(),
    published: sum(),
    revised: sum(),
    failed: sum(),
    good: sum(),
    bad: sum(),
    indexed: sum(),
    latencyMs: histogram(),
  },
  controls: { queries: { StyleMemoryQueried: 1 } },
  contributes: {
    StyleMemoryQueried: queried,
    StyleOutcomeRecorded: (event) =>
      event.data.paragraphs.map(({ source, paragraphId, agent }) => ({
        key: keyOf(event, agent, source, paragraphId),
        add: { [event.data.outcome]: 1n },
      })),
    ParagraphRated: (event) => {
      const { source, paragraphId, verdict, replaces } = event.data;
      const withdrawn = replaces === null ? {} : { [replaces]: -1n };
      return [
        { key: keyOf(event, null, source, paragraphId), add: { ...withdrawn, [verdict]: 1n } },
      ];
    },
    ArticleIndexed: (event) => indexed(event, event.data.source, event.data.paragraphs, 1n),
    ArticleRevised: (event) => [
      ...indexed(event, event.data.source, event.data.added, 1n),
      ...indexed(event, event.data.source, event.data.removed, -1n),
    ],
    ArticleRemoved: (event) => indexed(event, event.data.source, event.data.paragraphs, -1n),
  },
  time: 'day',
  sort: 'day',
  present: ({ latencyMs, ...row }) =>
    Object.assign(row, {
      hitRate: shareOf(row, 'hits', 'queries'),
      emptyRate: shareOf(row, 'emptyQueries', 'queries'),
      latencyMs: percentiles(latencyMs as string),
    }),
  presented: {
    latencyMs: percentilesSchema,
    hitRate: z.number().nullable(),
    emptyRate: z.number().nullable(),
  },
});
