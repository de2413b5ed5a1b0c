import type { CallCost, PriceApplied } from '../../events/execution.events';
import { halfEven } from '../../events/money';
import { inForce } from './in-force';
import { lookup } from './model-lookup';
import type { Hours, Price, PriceBook, Rates } from './pricebook.state';

/** Tokens of one call. The cached ones are a part of the input, the reasoning ones of the output. */
export interface Usage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

/**
 * Nano-dollars of a call, from rates in nano-dollars per million tokens:
 *
 *   ((input - cached) x inputRate + cached x cachedRate + output x outputRate) / 10^6
 *
 * rounded once, half to even (IEEE 754-2019, 4.3.1). Reasoning tokens are output tokens and cost what
 * these do, so they are in it once. Inclusive counts are those of the OpenTelemetry conventions for
 * generative AI (`gen_ai.usage.input_tokens` has the cached ones in it).
 */
export const costOf = (
  { inputTokens, cachedInputTokens, outputTokens }: Usage,
  { input, cachedInput, output }: Rates,
): bigint =>
  halfEven(
    BigInt(inputTokens - cachedInputTokens) * input +
      BigInt(cachedInputTokens) * cachedInput +
      BigInt(outputTokens) * output,
    1_000_000n,
  );

/** The rates for a call of this many input tokens: a tier is for all of its tokens. */
const ratesFor = ({ rates, tiers }: Price, inputTokens: number): Rates =>
  tiers.reduce((found, tier) => (inputTokens > tier.aboveInputTokens ? tier.rates : found), rates);

/** Whether a time of day, `HH:MM:SS` in UTC, is within. */
const isWithin = ({ from, to }: Hours, time: string): boolean =>
  from < to ? from <= time && time < to : from <= time || time < to;

const hoursAt = ({ hours }: Price, at: string): Price['hours'][number] | undefined =>
  hours.length === 0 ? undefined : hours.findLast((one) => isWithin(one, at.slice(11, 19)));

const priceOf = (book: PriceBook, model: string, at: string) => {
  for (const entries of lookup(book, model)) {
    const found = inForce(entries, at);
    if (found !== undefined) return found;
  }
  return undefined;
};

export type Computed = Pick<Extract<CallCost, { source: 'computed' }>, 'nanoUsd' | 'price'>;

/**
 * What a call at the time `at`, a canonical instant, costs by the book, and by which price; null where the book
 * has none for the model at that time.
 */
export const computedCost = (
  book: PriceBook,
  model: string,
  usage: Usage,
  at: string,
): Computed | null => {
  const found = priceOf(book, model, at);
  if (found === undefined) return null;
  const hours = hoursAt(found, at);
  const rates = hours?.rates ?? ratesFor(found, usage.inputTokens);
  const price: PriceApplied = {
    model: found.model,
    rule: hours === undefined ? found.rule : `${found.rule}, ${hours.from} to ${hours.to}`,
    effectiveFrom: found.effectiveFrom,
    source: found.source,
    inputNanoUsd: String(rates.input),
    cachedInputNanoUsd: String(rates.cachedInput),
    outputNanoUsd: String(rates.output),
  };
  return { nanoUsd: String(costOf(usage, rates)), price };
};
