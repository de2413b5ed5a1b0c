import type { RecordedEvent } from '../../events';
import { foldTotals } from '../fold';
import type { TotalsDelta } from '../fold';
import { priceBook } from './price-book.projection';

const projection = priceBook;
const always = '2015-01-01T00:00:00.000Z';
const rates = (input: string) => ({
  inputNanoUsd: input,
  cachedInputNanoUsd: input,
  outputNanoUsd: '10000000000',
});

const rows = (...facts: (readonly [string, object])[]): Record<string, unknown>[] => {
  const deltas = new Map<string, TotalsDelta>();
  facts.forEach(([type, data], index) => {
    const event = { type, data, position: BigInt(index + 1) } as unknown as RecordedEvent;
    foldTotals(projection, deltas, event);
  });
  const nothing = Object.keys(projection.measures).map((name) => [name, 0n] as const);
  return [...deltas.values()].map(({ key, add }) =>
    projection.present({
      ...(Object.fromEntries(nothing) as Record<string, unknown>),
      ...key,
      ...add,
    }),
  );
};

test('a price is shown as its three rates, in dollars', () => {
  const price = { effectiveFrom: always, source: 'operator' };
  const set = { model: 'm', ...price, ...rates('2500000000'), cachedInputNanoUsd: '1250000000' };
  const input = { inputUsdPerMillion: 2.5, cachedInputUsdPerMillion: 1.25 };
  expect(rows(['PriceSet', set])).toMatchObject([
    { name: 'm', ...price, ...input, outputUsdPerMillion: 10 },
  ]);
});

test('a price that supersedes another stands beside it', () => {
  const price = { model: 'gpt-4o', effectiveFrom: always, source: 'operator' };
  expect(
    rows(
      ['PriceSet', { ...price, ...rates('2500000000') }],
      ['PriceSet', { ...price, ...rates('3000000000') }],
    ),
  ).toMatchObject([
    { kind: 'price', name: 'gpt-4o', fact: '1', inputUsdPerMillion: 2.5 },
    { kind: 'price', name: 'gpt-4o', fact: '2', inputUsdPerMillion: 3 },
  ]);
});

test('a price list is a row for each price, each tier and all hours of their own', () => {
  const prices = [
    {
      effectiveFrom: always,
      ...rates('1250000000'),
      tiers: [{ aboveInputTokens: 200_000, ...rates('2500000000') }],
      hours: [{ from: '00:30:00', to: '16:30:00', ...rates('1500000000') }],
    },
  ];
  const models = [{ model: 'gemini', prices }];
  expect(rows(['PricesImported', { source: 'list', provider: 'google', models }])).toMatchObject([
    { kind: 'price', name: 'gemini', provider: 'google', inputUsdPerMillion: 1.25 },
    { kind: 'price-tier', name: 'gemini above 200000', inputUsdPerMillion: 2.5 },
    { kind: 'price-hours', name: 'gemini from 00:30:00 to 16:30:00', inputUsdPerMillion: 1.5 },
  ]);
});

test('benchmarks are in hours, rates in dollars', () => {
  expect(
    rows(
      ['BenchmarkSet', { agent: 'graphics', hours: 1.001, effectiveFrom: always, source: 's' }],
      ['HourlyRateSet', { hourlyNanoUsd: '75000000000', effectiveFrom: always, source: 's' }],
    ),
  ).toMatchObject([
    { kind: 'benchmark', name: 'graphics', hours: 1.001 },
    { kind: 'hourly-rate', name: '', hourlyUsd: 75 },
  ]);
});
