import { nanoUsdOf } from '../../events/money';
import type { RatesData } from '../../events/pricebook.events';
import type { Decider } from '../decider';
import { emptyBook, evolve } from './pricebook.state';
import type {
  Catalogue,
  CatalogueModel,
  Dated,
  Price,
  PriceBook,
  PricebookEvent,
} from './pricebook.state';
import type { PricebookCommand } from './pricebook.commands';

type Of<T extends PricebookCommand['type']> = Extract<PricebookCommand, { type: T }>;
type Import = Of<'ImportPrices'>;

interface UsdRates {
  readonly inputUsdPerMillion: number;
  readonly cachedInputUsdPerMillion?: number | undefined;
  readonly outputUsdPerMillion: number;
}

const ratesOf = ({
  inputUsdPerMillion: input,
  cachedInputUsdPerMillion: cached = input,
  outputUsdPerMillion: output,
}: UsdRates): RatesData => ({
  inputNanoUsd: String(nanoUsdOf(input)),
  cachedInputNanoUsd: String(nanoUsdOf(cached)),
  outputNanoUsd: String(nanoUsdOf(output)),
});

/** The last fact for exactly this time, which is the one that stands. */
const standing = <T extends Dated>(facts: Iterable<T>, effectiveFrom: string): T | undefined =>
  [...facts].findLast((fact) => fact.effectiveFrom === effectiveFrom);

const sameRates = (price: Price['rates'], data: RatesData): boolean =>
  String(price.input) === data.inputNanoUsd &&
  String(price.cachedInput) === data.cachedInputNanoUsd &&
  String(price.output) === data.outputNanoUsd;

/** Whether a price list has since said otherwise: where a name leads to its model, the later fact counts. */
const isOverruled = (
  { catalogues }: PriceBook,
  model: string,
  { from, sequence }: Price,
): boolean =>
  catalogues.some(({ models }) =>
    models.some(
      (listed) =>
        listed.model.toLowerCase() === model.toLowerCase() &&
        listed.prices.some((price) => price.from === from && price.sequence > sequence),
    ),
  );

const setPrice = (book: PriceBook, command: Of<'SetPrice'>): readonly PricebookEvent[] => {
  const { model, effectiveFrom, source } = command;
  const rates = ratesOf(command);
  const before = standing(book.prices.get(model.toLowerCase()) ?? [], effectiveFrom);
  const isSame = before !== undefined && sameRates(before.rates, rates);
  if (isSame && !isOverruled(book, model, before)) return [];
  return [{ type: 'PriceSet', data: { model, effectiveFrom, source, ...rates } }];
};

type ImportedModel = Extract<PricebookEvent, { type: 'PricesImported' }>['data']['models'][number];

const sameHours = (
  before: Price['hours'],
  hours: ImportedModel['prices'][number]['hours'] = [],
): boolean =>
  before.length === hours.length &&
  hours.every((one, index) => {
    const other = before[index];
    return other?.from === one.from && other.to === one.to && sameRates(other.rates, one);
  });

const samePrice = (before: Price | undefined, price: ImportedModel['prices'][number]): boolean =>
  before !== undefined &&
  sameRates(before.rates, price) &&
  before.tiers.length === price.tiers.length &&
  price.tiers.every((tier, index) => {
    const other = before.tiers[index];
    return other?.aboveInputTokens === tier.aboveInputTokens && sameRates(other.rates, tier);
  }) &&
  sameHours(before.hours, price.hours);

/** Of a model in a list: what the book has not, or undefined where it has it all. */
const news = (
  before: CatalogueModel | undefined,
  { model, match, prices }: Import['models'][number],
): ImportedModel | undefined => {
  const fresh = prices
    .map(({ effectiveFrom, tiers, hours = [], ...usd }) => ({
      effectiveFrom,
      ...ratesOf(usd),
      tiers: [...tiers]
        .sort((left, right) => left.aboveInputTokens - right.aboveInputTokens)
        .map(({ aboveInputTokens, ...tier }) => ({ aboveInputTokens, ...ratesOf(tier) })),
      ...(hours.length === 0
        ? {}
        : { hours: hours.map(({ from, to, ...band }) => ({ from, to, ...ratesOf(band) })) }),
    }))
    .filter((price) => !samePrice(standing(before?.prices ?? [], price.effectiveFrom), price));
  const sameMatch = JSON.stringify(before?.match) === JSON.stringify(match);
  return fresh.length === 0 && sameMatch ? undefined : { model, match, prices: fresh };
};

const rulesOf = (list: Omit<Catalogue, 'provider' | 'models'>): string =>
  JSON.stringify([list.modelMatch, list.providerMatch, list.fallbacks]);

const importPrices = (book: PriceBook, command: Import): readonly PricebookEvent[] => {
  const { source, provider, modelMatch, providerMatch, fallbacks } = command;
  const before = book.catalogues.find((catalogue) => catalogue.provider === provider);
  const models = command.models.flatMap((model) => {
    const known = before?.models.find((other) => other.model === model.model);
    return news(known, model) ?? [];
  });
  if (before !== undefined && models.length === 0 && rulesOf(before) === rulesOf(command))
    return [];
  const data = { source, provider, modelMatch, providerMatch, fallbacks, models };
  return [{ type: 'PricesImported', data }];
};

/** Prices, benchmarks and hourly rates: never edited, a later fact for the same time supersedes. */
export const pricebook: Decider<PriceBook, PricebookCommand, PricebookEvent, never, unknown> = {
  initialState: emptyBook,
  evolve,
  decide: (command, book) => {
    switch (command.type) {
      case 'SetPrice':
        return setPrice(book, command);
      case 'ImportPrices':
        return importPrices(book, command);
      case 'SetBenchmark': {
        const { agent, hours, effectiveFrom, source } = command;
        const before = standing(book.benchmarks.get(agent.toLowerCase()) ?? [], effectiveFrom);
        if (before?.hours === hours) return [];
        return [{ type: 'BenchmarkSet', data: { agent, hours, effectiveFrom, source } }];
      }
      case 'SetHourlyRate': {
        const { effectiveFrom, source } = command;
        const hourlyNanoUsd = nanoUsdOf(command.usd);
        const before = standing(book.hourlyRates, effectiveFrom);
        if (before?.hourlyNanoUsd === hourlyNanoUsd) return [];
        const data = { hourlyNanoUsd: String(hourlyNanoUsd), effectiveFrom, source };
        return [{ type: 'HourlyRateSet', data }];
      }
    }
  },
};
