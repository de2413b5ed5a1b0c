import { daysBefore, daysBetween } from './days';
import { stacked } from './stacking';

test('bars stand on one another', () => {
  expect(
    stacked([
      [1, 2],
      [10, 0],
      [5, 5],
    ]),
  ).toEqual([
    [1, 2],
    [11, 2],
    [16, 7],
  ]);
});

test('what there is nothing to tell of takes no room', () => {
  expect(
    stacked([
      [1, null],
      [null, 3],
    ]),
  ).toEqual([
    [1, 0],
    [1, 3],
  ]);
});

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
