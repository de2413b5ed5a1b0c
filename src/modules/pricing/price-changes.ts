import { nanoUsdOf } from '../../events/money';
import type { PriceList } from './library-prices';

type Model = PriceList['models'][number];
type Price = Model['prices'][number];

/** A row of the read model `price-book` about a price, or a tier or hours of one. */
export interface BookRow {
  readonly kind: string;
  readonly name: string;
  readonly provider: string;
  readonly effectiveFrom: string;
  readonly fact: string;
  readonly inputNanoUsd: string;
  readonly cachedInputNanoUsd: string;
  readonly outputNanoUsd: string;
}

/** What a price list would change of a model: in words, and the prices that record it. */
export interface PriceChange {
  readonly provider: string;
  readonly model: string;
  readonly kind: 'new' | 'changed' | 'announced';
  /** US dollars per million tokens, `input / cached / output`, tiers and hours behind; null where there was none. */
  readonly before: string | null;
  readonly after: string;
  readonly prices: readonly Price[];
}

const usd = (nano: bigint): string => String(Number(nano) / 1e9);

type Rates = Pick<Price, 'inputUsdPerMillion' | 'cachedInputUsdPerMillion' | 'outputUsdPerMillion'>;

const ratesText = (rates: Rates): string =>
  [
    rates.inputUsdPerMillion,
    rates.cachedInputUsdPerMillion ?? rates.inputUsdPerMillion,
    rates.outputUsdPerMillion,
  ]
    .map((amount) => usd(nanoUsdOf(amount)))
    .join(' / ');

/** `00:30-16:30`: seconds are told where there are any. */
const hoursText = (from: string, to: string): string =>
  [from, to].map((time) => time.replace(/:00$/, '')).join('-');

const priceText = (price: Price): string =>
  [
    ratesText(price),
    ...price.tiers.map((tier) => `above ${String(tier.aboveInputTokens)}: ${ratesText(tier)}`),
    ...(price.hours ?? []).map((one) => `${hoursText(one.from, one.to)} ${ratesText(one)}`).sort(),
  ].join(', ');

const rowText = (row: BookRow): string =>
  [row.inputNanoUsd, row.cachedInputNanoUsd, row.outputNanoUsd]
    .map((nano) => usd(BigInt(nano)))
    .join(' / ');

/** The book's prices of one model by time, each in the words of `priceText`. */
const bookPrices = (rows: readonly BookRow[], model: string): Map<number, string> => {
  const prices = new Map<number, string>();
  const inOrder = [...rows].sort((left, right) => Number(left.fact) - Number(right.fact));
  for (const row of inOrder.filter(({ kind, name }) => kind === 'price' && name === model)) {
    const partsOf = (kind: string, word: string): BookRow[] =>
      inOrder.filter(
        (part) =>
          part.kind === kind &&
          part.name.startsWith(`${model} ${word} `) &&
          part.fact === row.fact &&
          part.effectiveFrom === row.effectiveFrom,
      );
    const tiers = partsOf('price-tier', 'above')
      .map((tier) => ({ above: Number(tier.name.slice(`${model} above `.length)), tier }))
      .sort((left, right) => left.above - right.above)
      .map(({ above, tier }) => `above ${String(above)}: ${rowText(tier)}`);
    const hours = partsOf('price-hours', 'from')
      .map((one) => {
        const [from = '', to = ''] = one.name.slice(`${model} from `.length).split(' to ');
        return `${hoursText(from, to)} ${rowText(one)}`;
      })
      .sort();
    prices.set(Date.parse(row.effectiveFrom), [rowText(row), ...tiers, ...hours].join(', '));
  }
  return prices;
};

const latestUntil = (times: Iterable<number>, now: number): number =>
  [...times]
    .filter((time) => time <= now)
    .reduce((latest, time) => Math.max(latest, time), -Infinity);

const changesOf = (
  provider: string,
  { model, prices }: Model,
  rows: readonly BookRow[],
  now: number,
): PriceChange[] => {
  const book = bookPrices(rows, model);
  const listed = new Map(prices.map((price) => [Date.parse(price.effectiveFrom), price]));
  const current = listed.get(latestUntil(listed.keys(), now));
  const announced = prices.filter(({ effectiveFrom }) => Date.parse(effectiveFrom) > now);
  const change = (kind: PriceChange['kind'], before: string | null, price: Price): PriceChange => ({
    provider,
    model,
    kind,
    before,
    after: priceText(price),
    prices: [price],
  });
  if (book.size === 0) {
    const [first] = prices;
    return first === undefined ? [] : [{ ...change('new', null, current ?? first), prices }];
  }
  const before = book.get(latestUntil(book.keys(), now)) ?? null;
  const since = new Date(now).toISOString();
  return [
    ...(current === undefined || priceText(current) === before
      ? []
      : [change('changed', before, { ...current, effectiveFrom: since })]),
    ...announced
      .filter((price) => book.get(Date.parse(price.effectiveFrom)) !== priceText(price))
      .map((price) => change('announced', before, price)),
  ];
};

/**
 * What price lists would change in a book. A price that is another today is recorded from `now` (in
 * milliseconds) on: lists do not say since when it holds.
 */
export const priceChanges = (
  lists: readonly PriceList[],
  book: readonly BookRow[],
  now: number,
): PriceChange[] =>
  lists.flatMap((list) => {
    const rows = book.filter(({ provider }) => provider === list.provider);
    return list.models.flatMap((model) => changesOf(list.provider, model, rows, now));
  });

/** The lists cut down to what changes, for `import-prices`. */
export const changedLists = (
  lists: readonly PriceList[],
  changes: readonly PriceChange[],
): PriceList[] =>
  lists.flatMap((list) => {
    const models = list.models.flatMap((model) => {
      const own = changes.filter(
        (change) => change.provider === list.provider && change.model === model.model,
      );
      return own.length === 0 ? [] : [{ ...model, prices: own.flatMap(({ prices }) => prices) }];
    });
    return models.length === 0 ? [] : [{ ...list, models }];
  });
