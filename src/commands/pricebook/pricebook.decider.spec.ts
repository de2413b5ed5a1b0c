import { rulesOf } from '../../../test/harness/given-when-then';
import { pricebookCommands } from './pricebook.commands';
import type { PricebookCommand } from './pricebook.commands';
import { pricebook } from './pricebook.decider';
import type { PricebookEvent } from './pricebook.state';

const { given, told } = rulesOf(pricebook, undefined);

const january = '2026-01-01T00:00:00.000Z';
const source = 'operator';

const setPrice = (usd: number, effectiveFrom = january): PricebookCommand => ({
  type: 'SetPrice',
  model: 'gpt-4o',
  effectiveFrom,
  inputUsdPerMillion: usd,
  outputUsdPerMillion: 10,
  source,
});
const priceSet = (input: string, effectiveFrom = january): PricebookEvent => ({
  type: 'PriceSet',
  data: {
    model: 'gpt-4o',
    effectiveFrom,
    source,
    inputNanoUsd: input,
    cachedInputNanoUsd: input,
    outputNanoUsd: '10000000000',
  },
});

describe('a price', () => {
  test('is kept in nano-dollars per million tokens; cached tokens cost as the others unless told', () => {
    given().when(setPrice(2.5)).then(priceSet('2500000000'));
    given()
      .when({ ...setPrice(2.5), cachedInputUsdPerMillion: 0.0375 } as PricebookCommand)
      .then({
        type: 'PriceSet',
        data: { ...priceSet('2500000000').data, cachedInputNanoUsd: '37500000' },
      } as PricebookEvent);
  });

  test('set again as it stands changes nothing, whatever the case of the name', () => {
    given(priceSet('2500000000')).when(setPrice(2.5)).then();
    given(priceSet('2500000000'))
      .when({ ...setPrice(2.5), model: 'GPT-4o' } as PricebookCommand)
      .then();
  });

  test('for the same time supersedes, also when it goes back to what once was', () => {
    given(priceSet('2500000000')).when(setPrice(3)).then(priceSet('3000000000'));
    given(priceSet('2500000000'), priceSet('3000000000'))
      .when(setPrice(2.5))
      .then(priceSet('2500000000'));
  });

  test('of which only the cached or the output tokens cost otherwise supersedes, too', () => {
    const cached = { cachedInputUsdPerMillion: 0.0375 };
    given(priceSet('2500000000'))
      .when({ ...setPrice(2.5), ...cached })
      .then({
        type: 'PriceSet',
        data: { ...priceSet('2500000000').data, cachedInputNanoUsd: '37500000' },
      } as PricebookEvent);
    given(priceSet('2500000000'))
      .when({ ...setPrice(2.5), outputUsdPerMillion: 11 } as PricebookCommand)
      .then({
        type: 'PriceSet',
        data: { ...priceSet('2500000000').data, outputNanoUsd: '11000000000' },
      } as PricebookEvent);
  });

  test('for another time stands beside it', () => {
    const march = '2026-03-01T00:00:00.000Z';
    given(priceSet('2500000000')).when(setPrice(2.5, march)).then(priceSet('2500000000', march));
  });
});

test('a price below nothing has one fault', () => {
  const { error } = pricebookCommands.SetPrice.schema.safeParse(setPrice(-1));
  const faults = error?.issues.filter(({ path }) => path[0] === 'inputUsdPerMillion');
  expect(faults).toHaveLength(1);
});

describe('a price list', () => {
  const match = [[{ is: 'equals' as const, text: 'gpt-4o' }]];
  const above200 = { aboveInputTokens: 200_000, inputUsdPerMillion: 5, outputUsdPerMillion: 20 };
  const above100 = { aboveInputTokens: 100_000, inputUsdPerMillion: 4, outputUsdPerMillion: 15 };
  const list = (usd: number, change = {}, tiers = [above200, above100]): PricebookCommand => ({
    type: 'ImportPrices',
    source: 'list 1',
    provider: 'openai',
    modelMatch: [[{ is: 'starts-with', text: 'gpt-' }]],
    providerMatch: [],
    fallbacks: [],
    models: [
      {
        model: 'gpt-4o',
        match,
        prices: [
          {
            effectiveFrom: january,
            inputUsdPerMillion: usd,
            outputUsdPerMillion: 10,
            tiers,
          },
        ],
      },
    ],
    ...change,
  });
  const tier = (aboveInputTokens: number, input: string, output: string) => ({
    aboveInputTokens,
    inputNanoUsd: input,
    cachedInputNanoUsd: input,
    outputNanoUsd: output,
  });
  const price = (input: string) => ({
    effectiveFrom: january,
    inputNanoUsd: input,
    cachedInputNanoUsd: input,
    outputNanoUsd: '10000000000',
    tiers: [tier(100_000, '4000000000', '15000000000'), tier(200_000, '5000000000', '20000000000')],
  });
  const imported = (models: object[], change = {}): PricebookEvent =>
    ({
      type: 'PricesImported',
      data: {
        source: 'list 1',
        provider: 'openai',
        providerMatch: [],
        fallbacks: [],
        models,
        modelMatch: [[{ is: 'starts-with', text: 'gpt-' }]],
        ...change,
      },
    }) as PricebookEvent;
  const whole = imported([{ model: 'gpt-4o', match, prices: [price('2500000000')] }]);

  test('is taken over whole, tiers in order', () => {
    given().when(list(2.5)).then(whole);
  });

  test('again changes nothing; a later one brings only what it changes', () => {
    given(whole).when(list(2.5)).then();
    given(whole)
      .when(list(3, { source: 'list 2' }))
      .then(
        imported([{ model: 'gpt-4o', match, prices: [price('3000000000')] }], { source: 'list 2' }),
      );
  });

  const [first, second] = price('2500000000').tiers;
  test.each([
    ['a tier is gone', [above100], [first]],
    [
      'a tier costs otherwise',
      [above100, { ...above200, inputUsdPerMillion: 6 }],
      [first, tier(200_000, '6000000000', '20000000000')],
    ],
    [
      'a tier begins elsewhere',
      [{ ...above100, aboveInputTokens: 50_000 }, above200],
      [tier(50_000, '4000000000', '15000000000'), second],
    ],
  ])('in which %s brings the price as it is now', (_what, usdTiers, tiers) => {
    const prices = [{ ...price('2500000000'), tiers }];
    given(whole)
      .when(list(2.5, {}, usdTiers))
      .then(imported([{ model: 'gpt-4o', match, prices }]));
  });

  const band = { inputUsdPerMillion: 1, outputUsdPerMillion: 2 };
  const atNight = { from: '22:00:00', to: '06:00:00', ...band };
  const byHours = (hours: object[]): PricebookCommand => {
    const { models } = list(2.5) as Extract<PricebookCommand, { type: 'ImportPrices' }>;
    const prices = [{ ...models[0]!.prices[0], hours }];
    return list(2.5, { models: [{ ...models[0], prices }] });
  };
  const nightly = {
    from: '22:00:00',
    to: '06:00:00',
    inputNanoUsd: '1000000000',
    cachedInputNanoUsd: '1000000000',
    outputNanoUsd: '2000000000',
  };
  const ofHours = (hours: object[]): PricebookEvent =>
    imported([{ model: 'gpt-4o', match, prices: [{ ...price('2500000000'), hours }] }]);

  test('brings rates for some hours of the day, and what becomes of them', () => {
    given(whole)
      .when(byHours([atNight]))
      .then(ofHours([nightly]));
    given(ofHours([nightly]))
      .when(byHours([atNight]))
      .then();
    given(whole).when(byHours([])).then();
    given(ofHours([nightly]))
      .when(list(2.5))
      .then(whole);
    for (const change of [{ from: '21:00:00' }, { to: '07:00:00' }]) {
      given(ofHours([nightly]))
        .when(byHours([{ ...atNight, ...change }]))
        .then(ofHours([{ ...nightly, ...change }]));
    }
    given(ofHours([nightly]))
      .when(byHours([{ ...atNight, outputUsdPerMillion: 3 }]))
      .then(ofHours([{ ...nightly, outputNanoUsd: '3000000000' }]));
  });

  test.each([
    [{ from: '24:00:00' }, 'from', /must be a time of day in UTC, such as 16:30:00/],
    [{ to: '6:00' }, 'to', /must be a time of day in UTC/],
    [{ to: '22:00:00' }, 'to', /must not be where it begins/],
  ])('is refused with hours that are none: %j', (change, field, message) => {
    const wrong = byHours([{ ...atNight, ...change }]);
    const { error } = pricebookCommands.ImportPrices.schema.safeParse(wrong);
    expect(error?.issues).toContainEqual(
      expect.objectContaining({
        path: ['models', 0, 'prices', 0, 'hours', 0, field],
        message: expect.stringMatching(message) as string,
      }),
    );
  });

  test('is overruled by a price that is set again, of the same name and time alone', () => {
    const azure = imported([], { provider: 'azure' });
    given(priceSet('2500000000'), azure, whole).when(setPrice(2.5)).then(priceSet('2500000000'));
    given(priceSet('2500000000'), whole, priceSet('2500000000')).when(setPrice(2.5)).then();
    const march = '2026-03-01T00:00:00.000Z';
    given(priceSet('2500000000', march), whole).when(setPrice(2.5, march)).then();
    const other = imported([{ model: 'gpt-4o-mini', match, prices: [price('2500000000')] }]);
    given(priceSet('2500000000'), other).when(setPrice(2.5)).then();
  });

  test('may name the threshold of a tier once: pricing would know one of two, and readers both', () => {
    const { models } = list(2.5) as Extract<PricebookCommand, { type: 'ImportPrices' }>;
    const [price] = models[0]!.prices;
    const prices = [{ ...price, tiers: [...price!.tiers, price!.tiers[0]] }];
    const twice = list(2.5, { models: [{ ...models[0], prices }] });
    const { error } = pricebookCommands.ImportPrices.schema.safeParse(twice);
    expect(error?.issues).toContainEqual(
      expect.objectContaining({
        path: ['models', 0, 'prices', 0, 'tiers', 2, 'aboveInputTokens'],
        message: '200000 is named twice',
      }),
    );
  });

  const contains = [[{ is: 'contains' as const, text: 'gpt' }]];
  test.each([{ modelMatch: contains }, { providerMatch: contains }, { fallbacks: ['azure'] }])(
    'that only finds its models otherwise brings no prices: %j',
    (rules) => {
      given(whole).when(list(2.5, rules)).then(imported([], rules));
    },
  );

  test('that finds one of its models otherwise brings it without its prices', () => {
    const { models } = list(2.5) as Extract<PricebookCommand, { type: 'ImportPrices' }>;
    given(whole)
      .when(list(2.5, { models: [{ ...models[0], match: contains }] }))
      .then(imported([{ model: 'gpt-4o', match: contains, prices: [] }]));
  });
});

describe('what people would have taken', () => {
  const hours: PricebookCommand = {
    type: 'SetBenchmark',
    agent: 'writer',
    hours: 3,
    effectiveFrom: january,
    source,
  };
  const rate: PricebookCommand = {
    type: 'SetHourlyRate',
    usd: 75.5,
    effectiveFrom: january,
    source,
  };
  const benchmarkSet: PricebookEvent = {
    type: 'BenchmarkSet',
    data: { agent: 'writer', hours: 3, effectiveFrom: january, source },
  };
  const hourlyRateSet: PricebookEvent = {
    type: 'HourlyRateSet',
    data: { hourlyNanoUsd: '75500000000', effectiveFrom: january, source },
  };

  test('is kept by agent, the hourly rate for all', () => {
    given().when(hours).then(benchmarkSet);
    given().when(rate).then(hourlyRateSet);
  });

  test('set again as it stands changes nothing', () => {
    given(benchmarkSet).when(hours).then();
    given(benchmarkSet)
      .when({ ...hours, agent: 'Writer' })
      .then();
    given(hourlyRateSet).when(rate).then();
  });
});

test('every command has its sentences above', () => {
  expect([...told.commands].sort()).toEqual(Object.keys(pricebookCommands).sort());
});
