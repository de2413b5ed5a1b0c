import { streamOf } from './aggregate';
import { wireNameOf } from './command';
import { isRefusal, refuse } from './decider';
import { aggregates } from './index';

test.each([
  ['StartExecution', 'start-execution'],
  ['TimeOutExecution', 'time-out-execution'],
  ['RecordLlmCall', 'record-llm-call'],
])('%s is %s on the wire', (type, name) => {
  expect(wireNameOf(type)).toBe(name);
});

test('a stream is named by its category and its id', () => {
  expect(streamOf('execution', 'a-1')).toBe('execution-a-1');
});

test('a refusal is told from events, and from having nothing to say', () => {
  expect(isRefusal(refuse('too-late', 'it is over'))).toBe(true);
  expect(isRefusal([])).toBe(false);
});

test('no two commands share a name on the wire, no two aggregates a category', () => {
  const names = aggregates.flatMap(({ commands }) => Object.keys(commands).map(wireNameOf));
  expect(new Set(names).size).toBe(names.length);
  const categories = aggregates.map(({ category }) => category);
  expect(new Set(categories).size).toBe(categories.length);
});

test.each(
  aggregates.flatMap(({ commands, identifiedBy }) =>
    typeof identifiedBy === 'string'
      ? Object.entries(commands).map(([type, definition]) => ({ type, definition, identifiedBy }))
      : [],
  ),
)('$type names its stream by $identifiedBy', ({ definition, identifiedBy }) => {
  expect(Object.keys(definition.schema.shape)).toContain(identifiedBy);
});
