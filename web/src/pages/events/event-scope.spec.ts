import { earlierThan, isKnown, scopeOf } from './event-scope';

test('the page before begins as many positions before this one', () => {
  expect(earlierThan('950', 100)).toBe('850');
  expect(earlierThan('950', 100, '950')).toBe('850');
  expect(earlierThan('30', 100)).toBe('1');
});

test('positions without an event that is asked for are left behind, one page after the other', () => {
  const first = '950'; // the only one of its type
  const once = earlierThan(first, 100);
  const twice = earlierThan(first, 100, once);
  expect([once, twice, earlierThan(first, 100, twice)]).toEqual(['850', '750', '650']);
});

test('an address that somebody wrote wrong says nothing of where it begins', () => {
  expect(earlierThan('950', 100, 'soon')).toBe('850');
});

describe('where the events end', () => {
  const until = '2026-11-29T00:00:00.000Z';

  it.each([null, '1200', '2026-11-30T10:00:00+02:00'])(
    'is where it was asked for at %s',
    (moment) => {
      expect(scopeOf({ until }, null, moment)).toMatchObject({ until });
    },
  );

  it('is the past moment that is shown where that is earlier', () => {
    const moment = '2026-11-28T10:00:00Z';
    expect(scopeOf({ until }, null, moment)).toMatchObject({ until: moment });
  });

  it('is nowhere in particular where nobody says so', () => {
    expect(scopeOf({}, '5', '2026-11-28T10:00:00Z')).toEqual({ fromPosition: '5' });
  });
});

test.each([
  [null, true],
  ['12', true],
  ['11', false],
  ['2026-11-28T12:00:01+02:00', true],
  ['2026-11-28T10:00:00Z', false],
])('an event at position 12, recorded at 10:00 UTC, is known at %s: %s', (moment, known) => {
  expect(isKnown({ position: '12', recordedAt: '2026-11-28T10:00:00Z' }, moment)).toBe(known);
});
