import type { PriceList } from './library-prices';
import { changedLists, priceChanges } from './price-changes';
import type { BookRow } from './price-changes';

const now = Date.parse('2026-11-24T12:00:00Z');
const always = '2015-01-01T00:00:00.000000Z';

const listOf = (...models: PriceList['models'][number][]): PriceList => ({
  source: 'list 2',
  provider: 'openai',
  modelMatch: [],
  providerMatch: [],
  fallbacks: [],
  models,
});
const priced = (
  usd: number,
  effectiveFrom = '2015-01-01',
  tiers: PriceList['models'][number]['prices'][number]['tiers'] = [],
) => ({ effectiveFrom, inputUsdPerMillion: usd, outputUsdPerMillion: 10, tiers });
const modelOf = (...prices: ReturnType<typeof priced>[]) => ({
  model: 'gpt-4o',
  match: [],
  prices,
});
const row = (
  input: string,
  effectiveFrom = always,
  fact = '1',
  change: Partial<BookRow> = {},
): BookRow => ({
  kind: 'price',
  name: 'gpt-4o',
  provider: 'openai',
  effectiveFrom,
  fact,
  inputNanoUsd: input,
  cachedInputNanoUsd: input,
  outputNanoUsd: '10000000000',
  ...change,
});
const told = (list: PriceList, book: readonly BookRow[]) =>
  priceChanges([list], book, now).map(({ kind, before, after, prices }) => [
    kind,
    before,
    after,
    prices.map(({ effectiveFrom }) => effectiveFrom),
  ]);

test('a list that says what the book has changes nothing', () => {
  expect(told(listOf(modelOf(priced(2.5))), [row('2500000000')])).toEqual([]);
});

test('a model that the book has not is new, with all its prices', () => {
  expect(told(listOf(modelOf(priced(2.5), priced(3, '2026-03-01'))), [])).toEqual([
    ['new', null, '3 / 3 / 10', ['2015-01-01', '2026-03-01']],
  ]);
});

test('a price that is another today is recorded from now on', () => {
  expect(told(listOf(modelOf(priced(2))), [row('2500000000')])).toEqual([
    ['changed', '2.5 / 2.5 / 10', '2 / 2 / 10', ['2026-11-24T12:00:00.000Z']],
  ]);
});

test('what was recorded that way is no change any more', () => {
  const book = [row('2500000000'), row('2000000000', '2026-11-24T11:00:00.000000Z', '2')];
  expect(told(listOf(modelOf(priced(2))), book)).toEqual([]);
});

test('a price of the future is announced', () => {
  const list = listOf(modelOf(priced(2.5), priced(2, '2027-01-01')));
  expect(told(list, [row('2500000000')])).toEqual([
    ['announced', '2.5 / 2.5 / 10', '2 / 2 / 10', ['2027-01-01']],
  ]);
  const announced = row('2000000000', '2027-01-01T00:00:00.000000Z', '2');
  expect(told(list, [row('2500000000'), announced])).toEqual([]);
});

const tierRow = row('5000000000', always, '1', {
  kind: 'price-tier',
  name: 'gpt-4o above 200000',
  outputNanoUsd: '20000000000',
});

test("a price is held against its model's own, of its provider", () => {
  const azure = row('4000000000', always, '2', { provider: 'azure' });
  const other = row('1000000000', always, '1', { name: 'other' });
  const book = [row('2500000000'), azure, other, { ...tierRow, name: 'other above 200000' }];
  expect(told(listOf(modelOf(priced(2.5))), book)).toEqual([]);
});

test('a price that superseded one with tiers has none of them, whatever comes first', () => {
  const [before, after] = [row('2000000000', always, '9'), row('2500000000', always, '10')];
  const book = [after, before, { ...tierRow, fact: '9' }];
  expect(told(listOf(modelOf(priced(2.5))), book)).toEqual([]);
});

test('a tier that moves is a change', () => {
  const tier = { aboveInputTokens: 200_000, inputUsdPerMillion: 5, outputUsdPerMillion: 20 };
  const list = listOf(modelOf(priced(2.5, '2015-01-01', [tier])));
  expect(told(list, [row('2500000000'), tierRow])).toEqual([]);
  expect(told(list, [row('2500000000')])[0]?.slice(0, 2)).toEqual(['changed', '2.5 / 2.5 / 10']);
});

test('hours that come, or move, are a change', () => {
  const night = { from: '22:00:00', to: '06:00:00', inputUsdPerMillion: 1, outputUsdPerMillion: 2 };
  const noon = { ...night, from: '11:00:00', to: '13:00:00' };
  const list = listOf(modelOf({ ...priced(2.5), hours: [night, noon] } as never));
  const rowOf = (name: string) =>
    row('1000000000', always, '1', { kind: 'price-hours', name, outputNanoUsd: '2000000000' });
  const rows = [
    rowOf('gpt-4o from 11:00:00 to 13:00:00'),
    rowOf('gpt-4o from 22:00:00 to 06:00:00'),
  ];
  expect(told(list, [row('2500000000'), ...rows])).toEqual([]);
  const text = '2.5 / 2.5 / 10, 11:00-13:00 1 / 1 / 2, 22:00-06:00 1 / 1 / 2';
  expect(told(list, [row('2500000000')])).toEqual([
    ['changed', '2.5 / 2.5 / 10', text, ['2026-11-24T12:00:00.000Z']],
  ]);
  const moved = rowOf('gpt-4o from 22:00:00 to 07:00:00');
  expect(told(list, [row('2500000000'), rows[0]!, moved])[0]?.[0]).toBe('changed');
});

test('only what changes is sent, and from when on', () => {
  const other = { ...modelOf(priced(1)), model: 'other' };
  const lists = [listOf(modelOf(priced(2)), other)];
  const book = [row('2500000000'), row('1000000000', always, '1', { name: 'other' })];
  const changed = changedLists(lists, priceChanges(lists, book, now));
  const prices = [priced(2, '2026-11-24T12:00:00.000Z')];
  expect(changed).toEqual([listOf(modelOf(...prices))]);
});
