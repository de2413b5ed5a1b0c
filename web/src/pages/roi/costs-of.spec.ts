import { costsOf } from './costs-of';

test('mean, median and the 95th of a hundred', () => {
  const amounts = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(costsOf(amounts)).toEqual({ mean: 50.5, median: 50.5, p95: 95 });
  expect(costsOf([3, 1, 2])).toEqual({ mean: 2, median: 2, p95: 3 });
});

test('of nothing there are none', () => {
  expect(costsOf([])).toBeUndefined();
});
