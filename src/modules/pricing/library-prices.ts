import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProvider } from '@pydantic/genai-prices';
import type { ConditionalPrice, MatchLogic, ModelInfo, Provider } from '@pydantic/genai-prices';
import type { NameMatch, NameTest } from '../../commands/pricebook/name-match';

/** The providers of the library, which finds them by name but does not list them. */
const providers = [
  'anthropic',
  'arcee',
  'avian',
  'aws',
  'azure',
  'baseten',
  'cerebras',
  'cloudflare',
  'cohere',
  'cursor',
  'deepseek',
  'doubleword',
  'fireworks',
  'github-copilot',
  'google',
  'groq',
  'minimax',
  'mistral',
  'modal',
  'moonshotai',
  'novita',
  'openai',
  'openrouter',
  'ovhcloud',
  'perplexity',
  'quicksilverpro',
  'together',
  'typesafe',
  'voyageai',
  'x-ai',
  'zai',
  'zhipuai',
];

/** From when on a price is taken to hold where the library knows no date: the earliest time of a call. */
const always = '2015-01-01';

interface Rates {
  readonly inputUsdPerMillion: number;
  readonly cachedInputUsdPerMillion?: number;
  readonly outputUsdPerMillion: number;
}

interface ListedPrice extends Rates {
  readonly effectiveFrom: string;
  readonly tiers: readonly (Rates & { readonly aboveInputTokens: number })[];
  /** Times of day in UTC, `HH:MM:SS`. */
  readonly hours?: readonly (Rates & { readonly from: string; readonly to: string })[];
}

/** A provider's price list: the fields of `import-prices`. */
export interface PriceList {
  readonly source: string;
  readonly provider: string;
  readonly modelMatch: NameMatch;
  readonly providerMatch: NameMatch;
  readonly fallbacks: readonly string[];
  readonly models: readonly {
    readonly model: string;
    readonly match: NameMatch;
    readonly prices: readonly ListedPrice[];
  }[];
}

const testOf = (logic: MatchLogic): NameTest => {
  if ('equals' in logic) return { is: 'equals', text: logic.equals };
  if ('starts_with' in logic) return { is: 'starts-with', text: logic.starts_with };
  if ('ends_with' in logic) return { is: 'ends-with', text: logic.ends_with };
  if ('contains' in logic) return { is: 'contains', text: logic.contains };
  if ('regex' in logic) return { is: 'regex', text: logic.regex };
  throw new Error(`the price library matches names by ${Object.keys(logic).join()}, which is new`);
};

/** The library's nested conditions as any of these, each all of its tests (disjunctive normal form). */
export const matchOf = (logic: MatchLogic): NameMatch => {
  if ('or' in logic) return logic.or.flatMap(matchOf);
  if (!('and' in logic)) return [[testOf(logic)]];
  return logic.and
    .map(matchOf)
    .reduce<NameMatch>(
      (left, right) => left.flatMap((tests) => right.map((more) => [...tests, ...more])),
      [[]],
    );
};

type Component = ConditionalPrice['prices'][string];

/** Dollars per million tokens in a call of more than `above` input tokens. */
const usdAbove = (component: Component, above: number): number | undefined => {
  if (component === undefined || typeof component === 'number') return component;
  const { base, tiers } = component;
  return tiers.reduce((usd, { start, price }) => (above >= start ? price : usd), base);
};

const ratesAbove = (prices: ConditionalPrice['prices'], above: number): Rates => {
  const cached = usdAbove(prices['cache_read_mtok'], above);
  return {
    inputUsdPerMillion: usdAbove(prices['input_mtok'], above) ?? 0,
    ...(cached === undefined ? {} : { cachedInputUsdPerMillion: cached }),
    outputUsdPerMillion: usdAbove(prices['output_mtok'], above) ?? 0,
  };
};

const startsOf = (prices: ConditionalPrice['prices']): number[] => {
  const priced = ['input_mtok', 'cache_read_mtok', 'output_mtok'].map((name) => prices[name]);
  const starts = priced.flatMap((component) =>
    component === undefined || typeof component === 'number'
      ? []
      : component.tiers.map(({ start }) => start),
  );
  return [...new Set(starts)].sort((left, right) => left - right);
};

/** `00:30:00Z`, or with another offset, in UTC. */
const timeOfDay = (text: string): string =>
  new Date(`2015-01-02T${text}`).toISOString().slice(11, 19);

/** The library's prices for some hours of every day. None has tiers by now. */
const hoursOf = (all: readonly ConditionalPrice[]): NonNullable<ListedPrice['hours']> =>
  all.flatMap(({ constraint, prices }) =>
    constraint?.type === 'time_of_date'
      ? [
          {
            from: timeOfDay(constraint.start_time),
            to: timeOfDay(constraint.end_time),
            ...ratesAbove(prices, 0),
          },
        ]
      : [],
  );

/** The prices of a model by date. Those for some hours of the day hold beside each of them, as in the library. */
const pricesOf = ({ prices }: ModelInfo): ListedPrice[] => {
  const all: readonly ConditionalPrice[] = Array.isArray(prices) ? prices : [{ prices }];
  const hours = hoursOf(all);
  const listed = all
    .filter(({ constraint }) => constraint?.type !== 'time_of_date')
    .filter(({ prices: rates }) => rates['input_mtok'] !== undefined)
    .map(({ constraint, prices: rates }, index) => ({
      effectiveFrom:
        index > 0 && constraint?.type === 'start_date' ? constraint.start_date : always,
      ...ratesAbove(rates, 0),
      tiers: startsOf(rates).map((start) => ({
        aboveInputTokens: start,
        ...ratesAbove(rates, start),
      })),
      ...(hours.length === 0 ? {} : { hours }),
    }));
  return [...new Map(listed.map((price) => [price.effectiveFrom, price])).values()];
};

const listOf = (provider: Provider, source: string): PriceList => ({
  source,
  provider: provider.id,
  modelMatch: provider.model_match === undefined ? [] : matchOf(provider.model_match),
  providerMatch: provider.provider_match === undefined ? [] : matchOf(provider.provider_match),
  fallbacks: provider.fallback_model_providers ?? [],
  models: provider.models
    .map((model) => ({ model: model.id, match: matchOf(model.match), prices: pricesOf(model) }))
    .filter(({ prices }) => prices.length > 0),
});

const versionOf = (name: string): string => {
  const file = join(dirname(require.resolve(name)), '../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
};

/** Every price per token that the library comes with, by provider; nothing is fetched. */
export const libraryPrices = (): PriceList[] => {
  const name = '@pydantic/genai-prices';
  const source = `${name} ${versionOf(name)}`;
  return providers.flatMap((providerId) => {
    const provider = findProvider({ providerId });
    return provider === undefined ? [] : [listOf(provider, source)];
  });
};
