import type { EventsOf } from '../../events';
import type { RatesData, pricebookEventSchemas } from '../../events/pricebook.events';
import { PersistentList } from '../persistent-list';
import { PersistentMap } from '../persistent-map';
import type { NameMatch } from './name-match';

export type PricebookEvent = EventsOf<typeof pricebookEventSchemas>;
type Imported = Extract<PricebookEvent, { type: 'PricesImported' }>['data'];

/** Nano-dollars per million tokens. */
export interface Rates {
  readonly input: bigint;
  readonly cachedInput: bigint;
  readonly output: bigint;
}

/** Something in force from a time on, until another is. */
export interface Dated {
  readonly effectiveFrom: string;
  /** The same in milliseconds since 1970. */
  readonly from: number;
  readonly source: string;
  /** Counts the facts of the book: of two for the same time, the later one stands. */
  readonly sequence: number;
}

/** Some hours of every day, `HH:MM:SS` in UTC: from one up to the other, past midnight where that is earlier. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

export interface Price extends Dated {
  readonly rates: Rates;
  /** By rising number of input tokens. */
  readonly tiers: readonly { readonly aboveInputTokens: number; readonly rates: Rates }[];
  /** Of those that overlap the later ones count. */
  readonly hours: readonly (Hours & { readonly rates: Rates })[];
}

export interface CatalogueModel {
  readonly model: string;
  readonly match: NameMatch;
  readonly prices: readonly Price[];
}

/** A provider's price list, with all that imports have said of it. */
export interface Catalogue {
  readonly provider: string;
  readonly modelMatch: NameMatch;
  readonly providerMatch: NameMatch;
  readonly fallbacks: readonly string[];
  readonly models: readonly CatalogueModel[];
}

export interface Benchmark extends Dated {
  readonly hours: number;
}

interface HourlyRate extends Dated {
  readonly hourlyNanoUsd: bigint;
}

/** What things cost and what people would have, by time. Lists are in the order of the facts. */
export interface PriceBook {
  readonly facts: number;
  /** Set one by one, by lower-case name. */
  readonly prices: PersistentMap<string, PersistentList<Price>>;
  readonly catalogues: readonly Catalogue[];
  /** By lower-case agent. */
  readonly benchmarks: PersistentMap<string, PersistentList<Benchmark>>;
  readonly hourlyRates: PersistentList<HourlyRate>;
}

export const emptyBook: PriceBook = {
  facts: 0,
  prices: PersistentMap.empty(),
  catalogues: [],
  benchmarks: PersistentMap.empty(),
  hourlyRates: PersistentList.empty(),
};

const ratesOf = (data: RatesData): Rates => ({
  input: BigInt(data.inputNanoUsd),
  cachedInput: BigInt(data.cachedInputNanoUsd),
  output: BigInt(data.outputNanoUsd),
});

const since = (effectiveFrom: string): Pick<Dated, 'effectiveFrom' | 'from'> => ({
  effectiveFrom,
  from: Date.parse(effectiveFrom),
});

const added = <T extends Dated>(
  all: PersistentMap<string, PersistentList<T>>,
  name: string,
  fact: T,
): PersistentMap<string, PersistentList<T>> => {
  const key = name.toLowerCase();
  return all.with([[key, (all.get(key) ?? PersistentList.empty<T>()).with(fact)]]);
};

const imported = (book: PriceBook, data: Imported): readonly Catalogue[] => {
  const { source, models, ...rules } = data;
  const before = book.catalogues.find(({ provider }) => provider === data.provider);
  const known = new Map(before?.models.map((model) => [model.model, model]));
  const named = models.map(({ model, match, prices }): CatalogueModel => {
    const earlier = known.get(model)?.prices ?? [];
    const fresh = prices.map(({ effectiveFrom, tiers, hours = [], ...rates }) => ({
      ...since(effectiveFrom),
      source,
      sequence: book.facts,
      rates: ratesOf(rates),
      tiers: tiers.map(({ aboveInputTokens, ...tier }) => ({
        aboveInputTokens,
        rates: ratesOf(tier),
      })),
      hours: hours.map(({ from, to, ...band }) => ({ from, to, rates: ratesOf(band) })),
    }));
    return { model, match, prices: [...earlier, ...fresh] };
  });
  // Imports say only what is new, and of two models that a name fits the first is meant: those that are
  // known stay where they stand. One that the list no longer has keeps the price it had: its calls may
  // still come.
  const revised = new Map(named.map((model) => [model.model, model]));
  const kept = before?.models.map((one) => revised.get(one.model) ?? one) ?? [];
  const held = new Set(kept);
  const catalogue = { ...rules, models: [...named.filter((one) => !held.has(one)), ...kept] };
  return before === undefined
    ? [...book.catalogues, catalogue]
    : book.catalogues.map((one) => (one === before ? catalogue : one));
};

export const evolve = (state: PriceBook, event: PricebookEvent): PriceBook => {
  const book = { ...state, facts: state.facts + 1 };
  const sequence = state.facts;
  switch (event.type) {
    case 'PriceSet': {
      const { model, effectiveFrom, source, ...rates } = event.data;
      const dated = { ...since(effectiveFrom), source, sequence };
      const price = { ...dated, rates: ratesOf(rates), tiers: [], hours: [] };
      return { ...book, prices: added(state.prices, model, price) };
    }
    case 'PricesImported':
      return { ...book, catalogues: imported(state, event.data) };
    case 'BenchmarkSet': {
      const { agent, hours, effectiveFrom, source } = event.data;
      const benchmark = { ...since(effectiveFrom), source, sequence, hours };
      return { ...book, benchmarks: added(state.benchmarks, agent, benchmark) };
    }
    case 'HourlyRateSet': {
      const { hourlyNanoUsd, effectiveFrom, source } = event.data;
      const dated = { ...since(effectiveFrom), source, sequence };
      const rate = { ...dated, hourlyNanoUsd: BigInt(hourlyNanoUsd) };
      return { ...book, hourlyRates: state.hourlyRates.with(rate) };
    }
  }
};
