import fc from 'fast-check';
import type { NameMatch } from './name-match';
import { computedCost, costOf } from './pricing';
import { emptyBook, evolve } from './pricebook.state';
import type { PriceBook, PricebookEvent } from './pricebook.state';

const always = '2015-01-01T00:00:00.000Z';
const march = '2026-03-01T00:00:00.000Z';
const january = '2026-01-08T22:32:15.550791Z';
const april = '2026-04-01T00:00:00.000000Z';
const usage = { inputTokens: 1_000_000, cachedInputTokens: 0, outputTokens: 0 };

/** A million input tokens cost as many dollars. */
const ratesOf = (usd: number) => ({
  inputNanoUsd: `${String(usd)}000000000`,
  cachedInputNanoUsd: `${String(usd)}000000000`,
  outputNanoUsd: `${String(usd)}000000000`,
});
const equals = (...names: string[]): NameMatch => names.map((text) => [{ is: 'equals', text }]);
const startsWith = (text: string): NameMatch => [[{ is: 'starts-with', text }]];

const priceSet = (model: string, usd: number, effectiveFrom = always): PricebookEvent => ({
  type: 'PriceSet',
  data: { model, effectiveFrom, source: 'operator', ...ratesOf(usd) },
});
const imported = (
  provider: string,
  modelMatch: NameMatch,
  models: readonly (readonly [string, NameMatch, number])[],
  fallbacks: string[] = [],
  effectiveFrom = always,
): PricebookEvent => ({
  type: 'PricesImported',
  data: {
    source: 'list',
    provider,
    modelMatch,
    fallbacks,
    providerMatch: [[{ is: 'contains', text: provider }]],
    models: models.map(([model, match, usd]) => ({
      model,
      match,
      prices: [{ effectiveFrom, ...ratesOf(usd), tiers: [] }],
    })),
  },
});
const bookOf = (...events: PricebookEvent[]): PriceBook => events.reduce(evolve, emptyBook);

const lists = [
  imported('openai', startsWith('gpt-'), [
    ['gpt-4o', equals('gpt-4o', 'gpt-4o-2024-08-06'), 2],
    ['gpt-4o-mini', startsWith('gpt-4o-mini'), 1],
  ]),
  imported(
    'anthropic',
    [[{ is: 'contains', text: 'claude' }]],
    [['claude-x', equals('claude-x', 'claude-x-2025-05-14'), 3]],
  ),
  imported('azure', [], [['gpt-4o', equals('gpt-4o'), 4]], ['openai']),
];

const told = (book: PriceBook, model: string, at = january): unknown => {
  const computed = computedCost(book, model, usage, at);
  return computed && [Number(computed.nanoUsd) / 1e9, computed.price.model, computed.price.rule];
};

describe('a model name', () => {
  const book = bookOf(...lists);

  test.each([
    ['gpt-4o', [2, 'openai/gpt-4o', 'equals gpt-4o']],
    ['GPT-4o', [2, 'openai/gpt-4o', 'equals gpt-4o']],
    [' gpt-4o ', [2, 'openai/gpt-4o', 'equals gpt-4o']],
    ['gpt-4o-2024-08-06', [2, 'openai/gpt-4o', 'equals gpt-4o-2024-08-06']],
    ['gpt-4o-mini-2024-07-18', [1, 'openai/gpt-4o-mini', 'starts-with gpt-4o-mini']],
    ['claude-x-20250514', [3, 'anthropic/claude-x', 'equals claude-x-2025-05-14']],
    ['openai/gpt-4o', [2, 'openai/gpt-4o', 'prefix openai, equals gpt-4o']],
    ['openai:gpt-4o', [2, 'openai/gpt-4o', 'prefix openai, equals gpt-4o']],
    ['azure/gpt-4o', [4, 'azure/gpt-4o', 'prefix azure, equals gpt-4o']],
    ['azure-eu/gpt-4o', [4, 'azure/gpt-4o', 'prefix azure-eu, equals gpt-4o']],
    ['azure/gpt-4o-mini', [1, 'openai/gpt-4o-mini', 'prefix azure, starts-with gpt-4o-mini']],
  ])('%s is found as the price lists say', (model, found) => {
    expect(told(book, model)).toEqual(found);
  });

  test.each(['gpt-5', 'openai/gpt-5', 'mistral', 'openai/', '/gpt-4o', 'claude-x-20259999', ''])(
    '%j is in none of them',
    (model) => {
      expect(told(book, model)).toBeNull();
    },
  );

  test('that was set a price itself has that one', () => {
    const set = bookOf(...lists, priceSet('gpt-4o-2024-08-06', 9));
    expect(told(set, 'gpt-4o-2024-08-06')).toEqual([9, 'gpt-4o-2024-08-06', 'exact']);
    expect(told(set, 'gpt-4o')).toEqual([2, 'openai/gpt-4o', 'equals gpt-4o']);
  });

  test('goes by a price set for the name its list knows it by', () => {
    const set = bookOf(...lists, priceSet('gpt-4o', 9));
    expect(told(set, 'openai/gpt-4o')).toEqual([9, 'gpt-4o', 'prefix openai, equals gpt-4o']);
  });

  test('may stand in no list at all', () => {
    expect(told(bookOf(priceSet('our-own', 7)), 'our-own')).toEqual([7, 'our-own', 'exact']);
  });
});

describe('the price in force', () => {
  test('is that of the latest time that had come at the time of the call', () => {
    const book = bookOf(...lists, priceSet('gpt-4o', 9, march));
    expect(told(book, 'gpt-4o', january)).toEqual([2, 'openai/gpt-4o', 'equals gpt-4o']);
    expect(told(book, 'gpt-4o', april)).toEqual([9, 'gpt-4o', 'exact']);
    expect(told(book, 'gpt-4o', '2026-03-01T00:00:00.000000Z')).toEqual([9, 'gpt-4o', 'exact']);
    expect(told(book, 'gpt-4o', '2026-02-28T23:59:59.999999Z')).not.toEqual([9, 'gpt-4o', 'exact']);
  });

  test('of two for one time is the one said later', () => {
    const book = bookOf(priceSet('m', 1, march), priceSet('m', 2), priceSet('m', 3, march));
    expect(told(book, 'm', april)).toEqual([3, 'm', 'exact']);
    expect(told(book, 'm', january)).toEqual([2, 'm', 'exact']);
  });

  test('is not that of an earlier time which was said later', () => {
    const book = bookOf(priceSet('m', 3, march), priceSet('m', 2));
    expect(told(book, 'm', april)).toEqual([3, 'm', 'exact']);
    expect(told(book, 'm', january)).toEqual([2, 'm', 'exact']);
  });

  test('is that of the latest time also where one was set and another is listed', () => {
    const set = bookOf(...lists, priceSet('gpt-4o', 9, '2014-01-01T00:00:00.000Z'));
    const found = [2, 'openai/gpt-4o', 'prefix openai, equals gpt-4o'];
    expect(told(set, 'openai/gpt-4o')).toEqual(found);
  });

  test('stays what it was, before an import brought another and in other lists', () => {
    const [openai, anthropic] = lists;
    const dearer = imported(
      'openai',
      startsWith('gpt-'),
      [['gpt-4o', equals('gpt-4o'), 9]],
      [],
      march,
    );
    const book = bookOf(openai!, anthropic!, dearer);
    expect(told(book, 'gpt-4o', april)).toEqual([9, 'openai/gpt-4o', 'equals gpt-4o']);
    expect(told(book, 'gpt-4o', january)).toEqual([2, 'openai/gpt-4o', 'equals gpt-4o']);
    expect(told(book, 'claude-x', april)).toEqual([3, 'anthropic/claude-x', 'equals claude-x']);
  });

  test('stays known of a model that a later list no longer has', () => {
    const [openai] = lists;
    const book = bookOf(openai!, imported('openai', startsWith('gpt-'), []));
    expect(told(book, 'gpt-4o')).toEqual([2, 'openai/gpt-4o', 'equals gpt-4o']);
  });

  test('is that of the first model that fits, also after an import that changes another', () => {
    const mini = ['gpt-4o-mini', startsWith('gpt-4o-mini'), 1] as const;
    const all = ['gpt-4o', startsWith('gpt-4o'), 2] as const;
    const dearer = ['gpt-4o', startsWith('gpt-4o'), 3] as const;
    const list = imported('openai', startsWith('gpt-'), [mini, all]);
    const book = bookOf(list, imported('openai', startsWith('gpt-'), [dearer]));
    const [asMini, asOther] = ['starts-with gpt-4o-mini', 'starts-with gpt-4o'];
    expect(told(book, 'gpt-4o-mini-2024-07-18')).toEqual([1, 'openai/gpt-4o-mini', asMini]);
    expect(told(book, 'gpt-4o-2024-08-06')).toEqual([3, 'openai/gpt-4o', asOther]);
  });

  test('is the tier of the call as a whole', () => {
    const tier = { aboveInputTokens: 200_000, ...ratesOf(5) };
    const book = bookOf({
      type: 'PricesImported',
      data: {
        source: 'list',
        provider: 'p',
        modelMatch: equals('m'),
        providerMatch: [],
        fallbacks: [],
        models: [
          {
            model: 'm',
            match: equals('m'),
            prices: [{ effectiveFrom: always, ...ratesOf(1), tiers: [tier] }],
          },
        ],
      },
    });
    const cost = (inputTokens: number): string | undefined =>
      computedCost(book, 'm', { ...usage, inputTokens }, january)?.nanoUsd;
    expect(cost(200_000)).toBe('200000000');
    expect(cost(200_001)).toBe('1000005000');
  });
});

describe('a price by the hour', () => {
  const band = (from: string, to: string, usd: number) => ({ from, to, ...ratesOf(usd) });
  const hours = [
    band('22:00:00', '06:30:00', 1),
    band('06:00:00', '10:00:00', 5),
    band('16:00:00', '17:00:00', 7),
  ];
  const tiers = [{ aboveInputTokens: 2_000_000, ...ratesOf(3) }];
  const book = bookOf({
    type: 'PricesImported',
    data: {
      source: 'list',
      provider: 'p',
      modelMatch: equals('m'),
      providerMatch: [],
      fallbacks: [],
      models: [
        {
          model: 'm',
          match: equals('m'),
          prices: [{ effectiveFrom: always, ...ratesOf(2), tiers, hours }],
        },
      ],
    },
  });

  test.each([
    ['21:59:59.999999', 2, 'equals m'],
    ['22:00:00.000000', 1, 'equals m, 22:00:00 to 06:30:00'],
    ['00:00:00.000000', 1, 'equals m, 22:00:00 to 06:30:00'],
    ['06:15:00.000000', 5, 'equals m, 06:00:00 to 10:00:00'],
    ['09:59:59.999999', 5, 'equals m, 06:00:00 to 10:00:00'],
    ['10:00:00.000000', 2, 'equals m'],
    ['16:00:00.000000', 7, 'equals m, 16:00:00 to 17:00:00'],
  ])('at %s is that of the last hours it is in, else of the day', (time, usd, rule) => {
    expect(told(book, 'm', `2026-01-15T${time}Z`)).toEqual([usd, 'p/m', rule]);
  });

  test('is of all input tokens, however many', () => {
    const call = { ...usage, inputTokens: 3_000_000 };
    const at = (time: string) => computedCost(book, 'm', call, `2026-01-15T${time}Z`)?.nanoUsd;
    expect([at('12:00:00.000000'), at('16:30:00.000000')]).toEqual(['9000000000', '21000000000']);
  });
});

describe('the cost of a call', () => {
  const rates = { input: 2_500_000_000n, cachedInput: 1_250_000_000n, output: 10_000_000_000n };

  test('counts cached tokens once, at their own rate', () => {
    const call = { inputTokens: 1_000, cachedInputTokens: 200, outputTokens: 500 };
    expect(costOf(call, rates)).toBe(7_250_000n);
  });

  test('is told with the price that it was made by', () => {
    const nanoUsd = { inputNanoUsd: '2500000000', cachedInputNanoUsd: '1250000000' };
    const price = { model: 'm', effectiveFrom: march, source: 'a list', ...nanoUsd };
    const set = { ...price, outputNanoUsd: '10000000000' };
    const call = { inputTokens: 1_000, cachedInputTokens: 200, outputTokens: 500 };
    expect(computedCost(bookOf({ type: 'PriceSet', data: set }), 'm', call, april)).toEqual({
      nanoUsd: '7250000',
      price: { ...set, rule: 'exact' },
    });
  });

  test.each([
    [1n, 0n],
    [499_999n, 0n],
    [500_000n, 0n],
    [500_001n, 1n],
    [1_500_000n, 2n],
    [2_500_000n, 2n],
  ])('rounds %s millionths of a nano-dollar to %s: half to even, once', (input, nano) => {
    const one = { inputTokens: 1, cachedInputTokens: 0, outputTokens: 0 };
    expect(costOf(one, { input, cachedInput: 0n, output: 0n })).toBe(nano);
  });

  test('is within half a nano-dollar of the exact sum', () => {
    const tokens = fc.nat(1_000_000_000);
    const rate = fc.bigInt({ min: 0n, max: 10n ** 14n });
    fc.assert(
      fc.property(tokens, tokens, tokens, rate, rate, rate, (a, b, c, input, cached, output) => {
        const [inputTokens, cachedInputTokens] = [Math.max(a, b), Math.min(a, b)];
        const cost = costOf(
          { inputTokens, cachedInputTokens, outputTokens: c },
          { input, cachedInput: cached, output },
        );
        const exact =
          BigInt(inputTokens - cachedInputTokens) * input +
          BigInt(cachedInputTokens) * cached +
          BigInt(c) * output;
        const off = cost * 1_000_000n - exact;
        expect(off >= -500_000n && off <= 500_000n).toBe(true);
      }),
    );
  });
});
