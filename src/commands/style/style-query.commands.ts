import { z } from 'zod';
import type { DomainEvent } from '../../events';
import { command } from '../command';
import type { CommandOf } from '../command';
import { idSchema, nameSchema, sourceSchema, textSchema } from '../fields';

const foundAtMost = 100;

const found = z
  .array(
    z.strictObject({
      paragraphId: idSchema,
      source: sourceSchema,
      score: z.number().min(0).max(1),
    }),
  )
  .max(foundAtMost)
  .default([]);

/** What is said of a query, wherever it is recorded. */
export const styleQueryFields = {
  agent: nameSchema.optional(),
  /** SHA-256 of what was asked, in hex. */
  textHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex')
    .optional(),
  /** Only where it is to be kept. */
  text: textSchema(10_000).optional(),
  nResults: z.int().min(1).max(foundAtMost),
  minScore: z.number().min(0).max(1),
  latencyMs: z.number().min(0).max(3_600_000),
  degraded: z.boolean().default(false),
  results: found,
  nearMisses: found,
};

const schema = z.strictObject({
  /** Made by the server where absent. */
  queryId: idSchema.optional(),
  ...styleQueryFields,
});

export const styleQueryCommands = {
  RecordStandaloneStyleQuery: command({
    summary: 'Record a query to a style memory that belongs to no execution',
    schema,
    opens: true,
    role: 'service',
  }),
};

export type StyleQueryCommand = CommandOf<typeof styleQueryCommands>;

/** The fact of a query, of whichever command. */
export const queried = (
  command: Omit<z.output<typeof schema>, 'queryId'>,
): DomainEvent<'StyleMemoryQueried'> => {
  const { agent = null, textHash = null, text = null, nResults, minScore, latencyMs } = command;
  const { degraded, results, nearMisses } = command;
  const asked = { agent, textHash, text, nResults, minScore };
  return {
    type: 'StyleMemoryQueried',
    data: { ...asked, latencyMs, degraded, results, nearMisses },
  };
};
