import { z } from 'zod';

const paragraphPlace = z.object({
  /** `<article>.<n>`: the nth paragraph ever made of its article; kept wherever it moves to. */
  paragraphId: z.string(),
  /** Place in the article, from 1. */
  paragraph: z.int(),
  /** SHA-256 of the text, in hex. */
  contentHash: z.string(),
});
const paragraphText = paragraphPlace.extend({ text: z.string() });

const publishedAt = z.string().nullable();

/** A paragraph as a query found it; `score` is 0 to 1. */
const foundParagraphSchema = z.object({
  paragraphId: z.string(),
  source: z.string(),
  score: z.number(),
});

const verdicts = ['good', 'bad'] as const;
export const verdictSchema = z.enum(verdicts);
export type Verdict = (typeof verdicts)[number];

const outcomes = ['published', 'revised', 'failed'] as const;
export type StyleOutcome = (typeof outcomes)[number];

/** What the style memory holds: the events of an article's own stream. */
export const articleEventSchemas = {
  ArticleIndexed: z.object({
    source: z.string(),
    publishedAt,
    paragraphs: z.array(paragraphText),
  }),
  ArticleRevised: z.object({
    source: z.string(),
    publishedAt,
    added: z.array(paragraphText),
    removed: z.array(paragraphPlace),
    /** Nothing but their place has changed; `paragraph` is the new one. */
    moved: z.array(paragraphText.extend({ movedFrom: z.int() })),
  }),
  ArticleRemoved: z.object({
    source: z.string(),
    reason: z.string(),
    paragraphs: z.array(paragraphPlace),
  }),
  ParagraphRated: z.object({
    paragraphId: z.string(),
    source: z.string(),
    executionId: z.string(),
    verdict: verdictSchema,
    /** The verdict it had of the same execution before. */
    replaces: verdictSchema.nullable(),
  }),
} as const;

/** How the style memory was used: on the stream of the execution that asked, or of the query. */
export const styleUsageEventSchemas = {
  StyleMemoryQueried: z.object({
    agent: z.string().nullable(),
    /** SHA-256 of what was asked, in hex. */
    textHash: z.string().nullable(),
    /** What was asked, where whoever runs this wants it kept. */
    text: z.string().nullable(),
    nResults: z.int(),
    minScore: z.number(),
    /** Milliseconds, with fractions. */
    latencyMs: z.number(),
    /** Whether part of the style memory was away. */
    degraded: z.boolean(),
    results: z.array(foundParagraphSchema),
    /** The best of those below `minScore`. */
    nearMisses: z.array(foundParagraphSchema),
  }),
  /** What became of the article of an execution that was served these paragraphs. */
  StyleOutcomeRecorded: z.object({
    outcome: z.enum(outcomes),
    paragraphs: z.array(
      z.object({
        paragraphId: z.string(),
        source: z.string(),
        /** Whom it was served to first. */
        agent: z.string().nullable(),
      }),
    ),
  }),
} as const;
