import { daysBefore, daysBetween, isDay } from './days';

test('no day is left out, over the end of a month and the start of summer time', () => {
  expect(daysBetween('2026-02-27', '2026-03-02')).toEqual([
    '2026-02-27',
    '2026-02-28',
    '2026-03-01',
    '2026-03-02',
  ]);
  expect(daysBetween('2026-03-28', '2026-03-30')).toHaveLength(3);
  expect(daysBefore('2026-03-01', 1)).toBe('2026-02-28');
});

test.each([
  ['2026-11-28', true],
  ['2028-02-29', true],
  ['2026-02-29', false],
  ['2026-11-31', false],
  ['2026-13-01', false],
  ['2026-1-1', false],
  ['2026-11-28T00:00:00Z', false],
  ['yesterday', false],
  [undefined, false],
])('%s is a day: %s', (text, expected) => {
  expect(isDay(text)).toBe(expected);
});
