import { backoffAfter } from './backoff';

const failures = [1, 2, 3, 4, 7, 1_000];

test('what fails again and again is tried ever less often', () => {
  const waits = failures.map((count) => backoffAfter(new Error('a row is in the way'), count));
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 30_000, 30_000]);
});

test('what fails for a database that is away goes on soon after it is back', () => {
  const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  expect(failures.map((count) => backoffAfter(away, count))).toEqual([
    500, 1_000, 2_000, 2_000, 2_000, 2_000,
  ]);
});
