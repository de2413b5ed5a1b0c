import { maximum, minimum, sum } from './columns';
import { merge } from './merge';

const [early, late] = ['2026-01-08T22:00:00.000000Z', '2026-01-08T22:00:00.000001Z'];

test('of two times the first or the last stays, whichever comes first', () => {
  for (const [one, other] of [
    [early, late],
    [late, early],
  ]) {
    expect(merge(minimum(), one, other)).toBe(early);
    expect(merge(maximum(), one, other)).toBe(late);
  }
});

test('counts add up', () => {
  expect(merge(sum(), 2n, -3n)).toBe(-1n);
});
