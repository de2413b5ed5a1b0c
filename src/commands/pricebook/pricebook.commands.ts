import { z } from 'zod';
import { microHoursOf } from '../../events/hours';
import { nanoUsdOf } from '../../events/money';
import { nameMatchSchema } from '../../events/pricebook.events';
import { command } from '../command';
import type { CommandOf } from '../command';
import { momentSchema, nameSchema, textSchema } from '../fields';
import { isSoonThrough } from './backtracking';

const earliest = Date.parse('2015-01-01T00:00:00Z');

const effectiveFrom = momentSchema.refine(
  (text) => Date.parse(text) >= earliest,
  'must not be before 2015-01-01',
);

/** US dollars; what is rounded to nothing would make calls free in silence, or people. */
const dollars = (most: number) =>
  z
    .number()
    .min(0)
    .max(most)
    .refine(
      (usd) => usd <= 0 || nanoUsdOf(usd) > 0n,
      'is less than the smallest price there is: 0.000000001',
    );

/** Per million tokens. The dearest model of 2026 is below a thousand. */
const perMillion = dollars(100_000);
const hourly = dollars(10_000);

const source = textSchema(300).min(1).default('operator');

const rates = {
  inputUsdPerMillion: perMillion,
  /** What cached input tokens cost; as the others where absent. */
  cachedInputUsdPerMillion: perMillion.optional(),
  outputUsdPerMillion: perMillion,
};

const compiles = (text: string): boolean => {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
};

/** What is wrong with a regular expression, for a person; null where nothing is. */
const faultOf = (text: string): string | null => {
  if (!compiles(text)) return 'is a regular expression that does not compile';
  return isSoonThrough(text)
    ? null
    : 'is a regular expression that could take for ever to fail: begin it with ^, repeat no group that can match in several ways, and let at most two parts be of any length';
};

const match = nameMatchSchema.max(100).superRefine((anyOf, context) => {
  anyOf.forEach((tests, index) => {
    tests.forEach(({ is, text }, place) => {
      const message = is === 'regex' ? faultOf(text) : null;
      if (message === null) return;
      context.addIssue({ code: 'custom', path: [index, place, 'text'], message });
    });
  });
});

const tiers = z
  .array(z.strictObject({ ...rates, aboveInputTokens: z.int().positive() }))
  .max(10)
  .superRefine((all, context) => {
    const thresholds = all.map(({ aboveInputTokens }) => aboveInputTokens);
    thresholds.forEach((threshold, index) => {
      if (thresholds.indexOf(threshold) === index) return;
      const message = `${String(threshold)} is named twice`;
      context.addIssue({ code: 'custom', path: [index, 'aboveInputTokens'], message });
    });
  });

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3])(:[0-5]\d){2}$/, 'must be a time of day in UTC, such as 16:30:00');

const hours = z
  .array(
    z
      .strictObject({ ...rates, from: timeOfDay, to: timeOfDay })
      .refine(({ from, to }) => from !== to, {
        path: ['to'],
        message: 'must not be where it begins: what holds all day is the price itself',
      }),
  )
  .max(10);

const importedPrice = z.strictObject({
  ...rates,
  effectiveFrom,
  tiers: tiers.default([]),
  hours: hours.optional(),
});

const importedModel = z.strictObject({
  model: nameSchema,
  match,
  prices: z.array(importedPrice).min(1).max(50),
});

/** Prices of one model that are in force from the same time contradict each other. */
const overlapping = (prices: readonly { readonly effectiveFrom: string }[]): boolean =>
  new Set(prices.map((price) => price.effectiveFrom)).size < prices.length;

const priceList = z
  .strictObject({
    source,
    provider: nameSchema,
    modelMatch: match.default([]),
    providerMatch: match.default([]),
    fallbacks: z.array(nameSchema).max(20).default([]),
    models: z.array(importedModel).max(1_000),
  })
  .superRefine(({ models }, context) => {
    models.forEach(({ model, prices }, index) => {
      const path = ['models', index];
      if (models.findIndex((other) => other.model === model) < index) {
        context.addIssue({ code: 'custom', path, message: `${model} is in the list twice` });
      }
      if (overlapping(prices)) {
        const message = `${model} has two prices from the same time on`;
        context.addIssue({ code: 'custom', path: [...path, 'prices'], message });
      }
    });
  });

const operator = 'operator' as const;
const service = 'service' as const;

export const pricebookCommands = {
  SetPrice: command({
    summary: 'Set what a model costs from a time on; a later fact for the same time supersedes it',
    schema: z.strictObject({ model: nameSchema, effectiveFrom, ...rates, source }),
    opens: true,
    role: service,
  }),
  ImportPrices: command({
    summary: "Take over a provider's price list, with the rules by which its models are named",
    schema: priceList,
    opens: true,
    role: operator,
  }),
  SetBenchmark: command({
    summary: 'Set how many hours a person would take for what an agent does',
    schema: z.strictObject({
      agent: nameSchema,
      hours: z
        .number()
        .min(0)
        .max(1_000)
        .refine(
          (hours) => hours <= 0 || microHoursOf(hours) > 0n,
          'is less than the smallest benchmark there is: 0.000001',
        ),
      effectiveFrom,
      source,
    }),
    opens: true,
    role: service,
  }),
  SetHourlyRate: command({
    summary: 'Set what an hour of a person costs',
    schema: z.strictObject({ usd: hourly, effectiveFrom, source }),
    opens: true,
    role: service,
  }),
};

export type PricebookCommand = CommandOf<typeof pricebookCommands>;
