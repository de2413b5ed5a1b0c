import { scopeSchema } from './scope';

const faultsOf = (scope: unknown): (readonly [string, string])[] =>
  (scopeSchema.safeParse(scope).error?.issues ?? []).map(
    ({ path, message }) => [path.join('.'), message] as const,
  );

describe('a scope', () => {
  test.each([['x'], ['-1'], [''], [-1], [1.5], [null], [true]])(
    'says of a position that is none what one is: %j',
    (fromPosition) => {
      expect(faultsOf({ fromPosition })).toEqual([['fromPosition', 'a position: a whole number']]);
    },
  );

  test('takes positions as text and as numbers, and one position alone', () => {
    expect(scopeSchema.parse({ fromPosition: 7, toPosition: '7' })).toEqual({
      fromPosition: '7',
      toPosition: '7',
    });
    expect(faultsOf({ fromPosition: '9', toPosition: '10' })).toEqual([]);
    expect(faultsOf({ fromPosition: '9' })).toEqual([]);
    expect(faultsOf({ toPosition: '9' })).toEqual([]);
  });

  test('that ends before it begins is refused: it would be about nothing', () => {
    const since = '2026-01-08';
    expect(faultsOf({ fromPosition: '10', toPosition: '9', since, until: since })).toEqual([
      ['toPosition', 'must not lie before fromPosition'],
      ['until', 'must be after since'],
    ]);
    expect(faultsOf({ since, until: '2026-01-08T00:00:00.000001Z' })).toEqual([]);
  });
});
