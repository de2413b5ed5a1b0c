import { nearest, unknownName } from './known-names';

const known = ['executionId', 'inputTokens', 'outputTokens', 'costUsd', 'agent'];

describe('the nearest known name', () => {
  test.each([
    ['execution_id', 'executionId'],
    ['executionID', 'executionId'],
    ['excutionId', 'executionId'],
    ['input_tokens', 'inputTokens'],
    ['outputToken', 'outputTokens'],
    ['cost_usd', 'costUsd'],
    ['agnet', 'agent'],
  ])('of %s is %s', (unknown, name) => {
    expect(nearest(unknown, known)).toBe(name);
  });

  test.each(['temperature', 'x', ''])('of %p is none', (unknown) => {
    expect(nearest(unknown, known)).toBeUndefined();
  });

  test('of anything among none is none', () => {
    expect(nearest('agent', [])).toBeUndefined();
  });

  test('is offered; without one, all are named', () => {
    expect(unknownName('field', 'agnet', known)).toBe('unknown field, did you mean agent?');
    expect(unknownName('command', 'temperature', ['a', 'b'])).toBe(
      'unknown command; known are a, b',
    );
    expect(unknownName('field', 'x', [])).toBe('unknown field; there are none here');
  });
});
