import { z } from 'zod';
import { nanoUsdSchema } from '../../events/money';
import { command } from '../command';
import { thePricebook } from '../pricebook/the-pricebook';
import type { CommandOf } from '../command';
import { idSchema, momentSchema, nameSchema, reasonSchema, textSchema } from '../fields';

const count = z.int().min(0);
const operator = 'operator' as const;
const service = 'service' as const;

export const repricingCommands = {
  RepriceCalls: command({
    summary:
      'Price recorded calls anew by the price book of today; what was billed stays beside it',
    schema: z
      .strictObject({
        /** Made by the server where absent. */
        repricingId: idSchema.optional(),
        from: momentSchema,
        to: momentSchema,
        model: nameSchema.optional(),
        reason: textSchema(2_000).min(1),
        dryRun: z.boolean().default(false),
      })
      .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after from' }),
    opens: true,
    role: service,
    consults: thePricebook,
  }),
  CancelRepricing: command({
    summary: 'Stop a repricing; what it has recorded stays',
    schema: z.strictObject({ repricingId: idSchema, reason: reasonSchema }),
    role: operator,
  }),
  CompleteRepricing: command({
    summary: 'End a repricing that has seen all calls (issued by whoever ran it)',
    schema: z.strictObject({
      repricingId: idSchema,
      executions: count,
      calls: count,
      changed: count,
      reported: count,
      unpriced: count,
      previousNanoUsd: nanoUsdSchema,
      repricedNanoUsd: nanoUsdSchema,
    }),
    role: operator,
  }),
};

export type RepricingCommand = CommandOf<typeof repricingCommands>;
