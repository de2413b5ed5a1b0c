import { z } from 'zod';
import { idSchema, nameSchema } from '../../commands/fields';
import { positionSchema } from '../http/contract.schemas';
import { minPositionField } from '../reading/query-fields';

const longestText = 2_000;
const resultsAtMost = 50;

/** The body of `POST /v1/style-memory/query`. */
export const styleQuerySchema = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(longestText, `is longer than ${String(longestText)} characters: ask for less at once`)
    .meta({ description: 'What to find paragraphs for: words, a sentence, a question' }),
  nResults: z.int().min(1).max(resultsAtMost).default(3),
  minScore: z
    .number()
    .min(0)
    .max(1)
    .default(0.7)
    .meta({ description: 'Paragraphs below this score are near misses' }),
  executionId: idSchema
    .optional()
    .meta({ description: 'The execution that asks: the query is a fact of its stream' }),
  agent: nameSchema.optional(),
  minPosition: z
    .string()
    .regex(/^\d{1,18}$/, 'is a position: a whole number, as text')
    .transform(BigInt)
    .optional()
    .meta({
      type: 'string',
      description: 'Waits until the memory covers it, at most 5 s, else 503',
    }),
});

const score = z.number().min(0).max(1);
const armScore = score.nullable().meta({ description: 'null where this arm did not find it' });

const foundSchema = z.object({
  text: z.string(),
  score,
  source: z.string(),
  paragraph: z.int().meta({ description: 'Place in the article, from 1' }),
  paragraphId: z.string(),
  arms: z.object({ lexical: armScore, semantic: armScore }),
});

export const styleAnswerSchema = z.object({
  results: z.array(foundSchema),
  nearMisses: z.array(foundSchema).meta({ description: 'The best below `minScore`' }),
  degraded: z
    .boolean()
    .meta({ description: 'Whether the semantic arm was away, and words alone decided' }),
  latencyMs: z.number(),
  position: positionSchema.meta({ description: 'Of the fact of this query' }),
  note: z.string().optional().meta({ description: 'Why nothing could be found' }),
});

const share = z.number().nullable().meta({ description: 'null where nothing was asked' });

export const styleStatsSchema = z.object({
  articles: z.int(),
  paragraphs: z.int(),
  queries: z.int(),
  hitRate: share,
  emptyRate: share,
  semantic: z.object({
    model: z.string(),
    indexed: z.int(),
    pending: z.int().meta({ description: 'Paragraphs that only words find yet' }),
    available: z.boolean(),
  }),
});

/** The parameters of `GET /v1/style-memory/stats`. */
export const styleStatsQuerySchema = z.strictObject({ minPosition: minPositionField });

export type StyleQuery = z.output<typeof styleQuerySchema>;
export type StyleAnswer = z.output<typeof styleAnswerSchema>;
export type StyleStatsQuery = z.output<typeof styleStatsQuerySchema>;
export type StyleStats = z.output<typeof styleStatsSchema>;
