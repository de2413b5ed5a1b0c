import type { RecordedEvent } from '../../events';
import { emptyBook, evolve } from '../pricebook/pricebook.state';
import type { PricebookEvent } from '../pricebook/pricebook.state';
import { reprice } from './reprice';

const always = '2015-01-01T00:00:00.000Z';
const rates = (usd: number) => ({
  inputNanoUsd: `${String(usd)}000000000`,
  cachedInputNanoUsd: `${String(usd)}000000000`,
  outputNanoUsd: `${String(usd)}000000000`,
});
const facts: PricebookEvent[] = [
  {
    type: 'PricesImported',
    data: {
      source: 'list',
      provider: 'openai',
      providerMatch: [],
      fallbacks: [],
      modelMatch: [[{ is: 'starts-with', text: 'gpt-' }]],
      models: [
        {
          model: 'gpt-4o',
          match: [[{ is: 'starts-with', text: 'gpt-4o' }]],
          prices: [{ effectiveFrom: always, tiers: [], ...rates(2) }],
        },
      ],
    },
  },
  { type: 'PriceSet', data: { model: 'own', effectiveFrom: always, source: 's', ...rates(1) } },
];
const book = facts.reduce(evolve, emptyBook);
const scope = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', model: null };

const call = (eventId: string, cost: object, model = 'gpt-4o', day = '08'): RecordedEvent =>
  ({
    type: 'LlmCallRecorded',
    eventId,
    deploymentId: 'd7',
    occurredAt: `2026-01-${day}T22:00:00.000000Z`,
    data: {
      agent: 'writer',
      model,
      cost,
      inputTokens: 1_000_000,
      cachedInputTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
    },
  }) as RecordedEvent;
const computed = (nanoUsd: string) => ({ source: 'computed', nanoUsd });
const unpriced = { source: 'unpriced' };
const repriced = (repricing: string, id: string, nanoUsd: string): RecordedEvent =>
  ({ type: 'CallsRepriced', data: { repricing, calls: [{ call: id, nanoUsd }] } }) as RecordedEvent;

const told = (...parameters: Parameters<typeof reprice>) => {
  const { changed, ...counts } = reprice(...parameters);
  return {
    ...counts,
    changed: changed.map((one) => [one.call, one.previousNanoUsd, one.nanoUsd]),
  };
};

test('changes what the book prices otherwise than it was billed', () => {
  const history = [call('a', computed('3000000000')), call('b', computed('2000000000'))];
  expect(told(book, scope, history)).toEqual({
    calls: 2,
    reported: 0,
    unpriced: 0,
    done: [],
    changed: [['a', '3000000000', '2000000000']],
  });
});

test('finds a price for what had none, where the book has one by now', () => {
  const history = [call('a', unpriced), call('b', unpriced, 'nobody-knows')];
  expect(told(book, scope, history)).toMatchObject({
    calls: 2,
    unpriced: 1,
    changed: [['a', null, '2000000000']],
  });
});

test('leaves what was reported as it was paid', () => {
  const history = [call('a', { source: 'reported', nanoUsd: '1', computed: null })];
  expect(told(book, scope, history)).toMatchObject({ calls: 1, reported: 1, changed: [] });
});

test('goes on from the latest repricing, and changes nothing twice', () => {
  const history = [
    call('a', computed('3')),
    call('b', computed('3')),
    repriced('first', 'a', '2000000000'),
    repriced('first', 'b', '5'),
  ];
  expect(told(book, scope, history)).toMatchObject({ changed: [['b', '5', '2000000000']] });
});

test('counts as done what its own run has recorded before', () => {
  const history = [call('a', computed('3')), repriced('this', 'a', '2000000000')];
  expect(reprice(book, scope, history, 'this')).toMatchObject({
    changed: [],
    done: [{ call: 'a', nanoUsd: '2000000000' }],
  });
  expect(reprice(book, scope, history, 'other').done).toEqual([]);
});

test.each(['01', '31'])('day %s of January is within it', (day) => {
  expect(told(book, scope, [call('a', unpriced, 'own', day)]).calls).toBe(1);
});

test('the end of the scope is not within it', () => {
  const until = { ...scope, to: '2026-01-08T22:00:00.000Z' };
  expect(told(book, until, [call('a', unpriced)]).calls).toBe(0);
});

test.each([
  ['gpt-4o', ['a', 'b']],
  ['gpt-4o-2024-08-06', ['a', 'b']],
  ['GPT-4O', ['a', 'b']],
  ['own', ['c']],
  ['other', []],
])('of the model %s it takes the calls by whichever of its names', (model, calls) => {
  const history = [
    call('a', unpriced),
    call('b', unpriced, 'gpt-4o-2024-08-06'),
    call('c', unpriced, 'own'),
  ];
  const { changed } = reprice(book, { ...scope, model }, history);
  expect(changed.map(({ call: id }) => id)).toEqual(calls);
});
