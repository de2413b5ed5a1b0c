import fc from 'fast-check';
import { calcPrice } from '@pydantic/genai-prices';
import { pricebookCommands } from '../../commands/pricebook/pricebook.commands';
import type { PricebookCommand } from '../../commands/pricebook/pricebook.commands';
import { pricebook } from '../../commands/pricebook/pricebook.decider';
import { computedCost } from '../../commands/pricebook/pricing';
import { libraryPrices, matchOf } from './library-prices';

const lists = libraryPrices();

/** The book that the lists make, by way of the command that records them. */
const book = lists.reduce((before, list) => {
  const data = pricebookCommands.ImportPrices.schema.parse(list);
  const command = { type: 'ImportPrices', ...data } as PricebookCommand;
  const decision = pricebook.decide(command, before, undefined);
  return (decision as []).reduce(pricebook.evolve, before);
}, pricebook.initialState);

test('every list is as the command wants it, and brings a fact', () => {
  expect(lists.length).toBeGreaterThan(25);
  expect(book.catalogues).toHaveLength(lists.length);
  expect(book.catalogues.flatMap(({ models }) => models).length).toBeGreaterThan(1_000);
});

test('the same lists again change nothing', () => {
  for (const list of lists) {
    const data = pricebookCommands.ImportPrices.schema.parse(list);
    expect(pricebook.decide({ type: 'ImportPrices', ...data }, book, undefined)).toEqual([]);
  }
});

/** Names as calls give them, among them dated and shouted ones, with a blank, and names of no model. */
const names = [
  'gpt-4o',
  'gpt-4o-2024-08-06',
  'gpt-4o-mini-2024-07-18',
  'o3',
  'gpt-5',
  'gpt-3.5-turbo',
  'claude-3-5-sonnet-20241022',
  'claude-sonnet-4-5',
  'claude-opus-4-20250514',
  'claude-nobody',
  'gemini-2.5-pro',
  'gemini-2.5-flash',
  'mistral-large-latest',
  'agent1',
  'grok-4',
  'O3',
  'O4-Mini-2025-04-16',
  ' gpt-4o-mini',
  'claude-opus-4-1 ',
  'deepseek-chat',
  'deepseek-reasoner',
  'deepseek-v4-flash',
  'deepseek-v4-pro', // by the hour
];

test('a call costs what the library says, to within a nano-dollar', () => {
  const tokens = fc.integer({ min: 0, max: 1_000_000 });
  // Of hours at which a price begins or ends, too.
  const time = fc.integer({ min: 2 * 24 * 365 * 2, max: 2 * 24 * 365 * 12 });
  const usage = fc.tuple(tokens, tokens, tokens);
  fc.assert(
    fc.property(fc.constantFrom(...names), usage, time, (model, [a, b, output], halfHours) => {
      const [inputTokens, cachedInputTokens] = [Math.max(a, b), Math.min(a, b)];
      const usage = { inputTokens, cachedInputTokens, outputTokens: output };
      const at = new Date(Date.UTC(2015, 0, 1) + halfHours * 1_800_000).toISOString();
      const ours = computedCost(book, model, usage, at);
      const theirs = calcPrice(
        {
          input_tokens: inputTokens,
          cache_read_tokens: cachedInputTokens,
          output_tokens: output,
        },
        model,
        { timestamp: new Date(at) },
      );
      expect(ours === null).toBe(theirs === null);
      if (ours === null || theirs === null) return;
      expect(ours.price.model).toBe(`${theirs.provider.id}/${theirs.model.id}`);
      expect(Math.abs(Number(ours.nanoUsd) - theirs.total_price * 1e9)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 1_000 },
  );
});

test('nested conditions become any of all', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((text) => ({ equals: text }));
  const is = (...texts: string[]) => texts.map((text) => ({ is: 'equals', text }));
  expect(matchOf({ and: [{ or: [a!, b!] }, c!] })).toEqual([is('a', 'c'), is('b', 'c')]);
  expect(matchOf({ starts_with: 'x' })).toEqual([[{ is: 'starts-with', text: 'x' }]]);
});
