import { z } from 'zod';
import type { RecordedEvent } from '../../events';
import { hoursOf, microHoursOf } from '../../events/hours';
import { usdOf } from '../../events/money';
import type { RatesData } from '../../events/pricebook.events';
import { exactOf } from '../answered';
import { instant, sum, text } from '../columns';
import { totals } from '../projection';

const ratesOf = (rates: RatesData) => ({
  inputNanoUsd: BigInt(rates.inputNanoUsd),
  cachedInputNanoUsd: BigInt(rates.cachedInputNanoUsd),
  outputNanoUsd: BigInt(rates.outputNanoUsd),
});

const keyOf = (
  {
    position,
    data,
  }: RecordedEvent<'PriceSet' | 'PricesImported' | 'BenchmarkSet' | 'HourlyRateSet'>,
  kind: string,
  name: string,
  effectiveFrom: string,
) => ({
  kind,
  name,
  effectiveFrom,
  source: data.source,
  fact: String(position),
  provider: 'provider' in data ? data.provider : '',
});

/** Every fact of the price book; of two for the same thing and time, the later fact is in force. */
export const priceBook = totals({
  name: 'price-book',
  version: 2,
  summary: 'Prices, benchmarks and hourly rates with the time from which each is in force',
  key: {
    kind: text(),
    /** The model or the agent; of a tier `<model> above <input tokens>`, of hours `<model> from <time> to <time>`. */
    name: text(),
    provider: text(),
    effectiveFrom: instant(),
    source: text(),
    /** The position of the fact in the ledger. */
    fact: text(),
  },
  measures: {
    /** Nano-dollars per million tokens. */
    inputNanoUsd: sum(),
    cachedInputNanoUsd: sum(),
    outputNanoUsd: sum(),
    microHours: sum(),
    hourlyNanoUsd: sum(),
  },
  contributes: {
    PriceSet: (event) => {
      const { model, effectiveFrom } = event.data;
      return [{ key: keyOf(event, 'price', model, effectiveFrom), add: ratesOf(event.data) }];
    },
    PricesImported: (event) =>
      event.data.models.flatMap(({ model, prices }) =>
        prices.flatMap(({ effectiveFrom, tiers, hours = [], ...rates }) => [
          { key: keyOf(event, 'price', model, effectiveFrom), add: ratesOf(rates) },
          ...tiers.map(({ aboveInputTokens, ...tier }) => {
            const name = `${model} above ${String(aboveInputTokens)}`;
            return { key: keyOf(event, 'price-tier', name, effectiveFrom), add: ratesOf(tier) };
          }),
          ...hours.map(({ from, to, ...band }) => {
            const name = `${model} from ${from} to ${to}`;
            return { key: keyOf(event, 'price-hours', name, effectiveFrom), add: ratesOf(band) };
          }),
        ]),
      ),
    BenchmarkSet: (event) => {
      const { agent, hours, effectiveFrom } = event.data;
      const add = { microHours: microHoursOf(hours) };
      return [{ key: keyOf(event, 'benchmark', agent, effectiveFrom), add }];
    },
    HourlyRateSet: (event) => {
      const { hourlyNanoUsd, effectiveFrom } = event.data;
      const key = keyOf(event, 'hourly-rate', '', effectiveFrom);
      return [{ key, add: { hourlyNanoUsd: BigInt(hourlyNanoUsd) } }];
    },
  },
  time: 'effectiveFrom',
  sort: 'name',
  present: (row) => {
    const usd = (name: string): number => usdOf(exactOf(row, name));
    return {
      ...row,
      inputUsdPerMillion: usd('inputNanoUsd'),
      cachedInputUsdPerMillion: usd('cachedInputNanoUsd'),
      outputUsdPerMillion: usd('outputNanoUsd'),
      hours: hoursOf(exactOf(row, 'microHours')),
      hourlyUsd: usd('hourlyNanoUsd'),
    };
  },
  presented: {
    inputUsdPerMillion: z.number(),
    cachedInputUsdPerMillion: z.number(),
    outputUsdPerMillion: z.number(),
    hours: z.number(),
    hourlyUsd: z.number(),
  },
});
