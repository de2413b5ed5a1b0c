import { z } from 'zod';
import { nanoUsdSchema } from './money';

const reason = z.string().nullable();

/** Current shape of the data of every event of a repricing: a run that prices recorded calls anew. */
export const repricingEventSchemas = {
  RepricingStarted: z.object({
    /** Calls from this time on, and before that one. */
    from: z.string(),
    to: z.string(),
    /** Of this model alone, by whichever of its names; null for all. */
    model: z.string().nullable(),
    reason: z.string(),
    /** The facts of the price book that it goes by: those of later do not change a run under way. */
    bookFacts: z.int(),
  }),
  RepricingCompleted: z.object({
    executions: z.int(),
    /** Calls within the scope; those whose price changed are told one by one, as CallsRepriced. */
    calls: z.int(),
    changed: z.int(),
    /** Calls that stay as their caller reported them. */
    reported: z.int(),
    /** Calls that the book has no price for either. */
    unpriced: z.int(),
    previousNanoUsd: nanoUsdSchema,
    repricedNanoUsd: nanoUsdSchema,
  }),
  RepricingCancelled: z.object({ reason }),
} as const;
