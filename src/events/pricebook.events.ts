import { z } from 'zod';
import { nanoUsdSchema } from './money';

const name = z.string();
const instant = z.string();

/** What a model's name has to be like; matched without regard to case; a `regex` has to fit the name as it is, or in small letters. */
export const nameTestSchema = z.strictObject({
  is: z.enum(['equals', 'starts-with', 'ends-with', 'contains', 'regex']),
  text: z.string().min(1).max(300),
});

/** Any of these, each of which is all of its tests. */
export const nameMatchSchema = z.array(z.array(nameTestSchema).min(1));

/** Nano-dollars per million tokens. */
export const ratesSchema = z.object({
  inputNanoUsd: nanoUsdSchema,
  cachedInputNanoUsd: nanoUsdSchema,
  outputNanoUsd: nanoUsdSchema,
});
export type RatesData = z.output<typeof ratesSchema>;

/** Some hours of every day in UTC, `HH:MM:SS`: from one time up to another, past midnight where that is earlier. */
const hoursSchema = z.object({ from: z.string(), to: z.string() });

/**
 * What a model costs from a time on. A tier applies to a whole call of more input tokens than it says, and
 * rates of some hours to any call within these; of hours that overlap the later ones in the list.
 */
const priceSchema = ratesSchema.extend({
  effectiveFrom: instant,
  tiers: z.array(ratesSchema.extend({ aboveInputTokens: z.int() })),
  hours: z.array(ratesSchema.extend(hoursSchema.shape)).optional(),
});

/** Current shape of the data of every event of the price book. */
export const pricebookEventSchemas = {
  PriceSet: priceSchema.omit({ tiers: true, hours: true }).extend({
    /** The name as calls give it, or the one a catalogue knows it by. */
    model: name,
    source: name,
  }),
  /** A provider's models as a published price list has them. */
  PricesImported: z.object({
    source: name,
    provider: name,
    /** Which models' names are this provider's, where a call names no provider. */
    modelMatch: nameMatchSchema,
    /** Which prefixes (`<prefix>/<model>`) mean this provider, besides its own name. */
    providerMatch: nameMatchSchema,
    /** Providers whose models are looked through where this one has none of the name. */
    fallbacks: z.array(name),
    models: z.array(
      z.object({ model: name, match: nameMatchSchema, prices: z.array(priceSchema) }),
    ),
  }),
  BenchmarkSet: z.object({
    agent: name,
    /** Hours a person would take, to the millionth of an hour. */
    hours: z.number(),
    effectiveFrom: instant,
    source: name,
  }),
  HourlyRateSet: z.object({ hourlyNanoUsd: nanoUsdSchema, effectiveFrom: instant, source: name }),
} as const;
