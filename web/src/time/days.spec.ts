import { daysBefore, daysBetween } from './days';

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
