import { earlierThan } from './event-scope';

test('the page before begins as many positions before this one', () => {
  expect(earlierThan('950', undefined, 100)).toBe('850');
  expect(earlierThan('950', '950', 100)).toBe('850');
  expect(earlierThan('30', undefined, 100)).toBe('1');
});

test('positions without an event that is asked for are left behind, one page after the other', () => {
  const first = '950'; // the only one of its type
  const once = earlierThan(first, undefined, 100);
  const twice = earlierThan(first, once, 100);
  expect([once, twice, earlierThan(first, twice, 100)]).toEqual(['850', '750', '650']);
});

test('an address that somebody wrote wrong says nothing of where it begins', () => {
  expect(earlierThan('950', 'soon', 100)).toBe('850');
});
