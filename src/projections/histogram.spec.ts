import fc from 'fast-check';
import { countsOf, observed, quantile } from './histogram';
import type { Histogram } from './histogram';

const values = fc.array(fc.nat(604_800_000), { minLength: 1, maxLength: 200 });
const histogramOf = (all: readonly number[]): Histogram =>
  all.map(observed).reduce((left, right) => left + right, 0n);

/** By nearest rank, as in the histogram. */
const exactQuantile = (all: readonly number[], q: number): number =>
  [...all].sort((a, b) => a - b)[Math.max(1, Math.ceil(q * all.length)) - 1]!;

const within5Percent = (estimate: number, exact: number): void => {
  // An estimate is given to a tenth; it may be off by half of that besides.
  expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(exact * 0.05 + 0.051);
};

describe('a histogram', () => {
  test('knows every single value within five per cent', () => {
    fc.assert(
      fc.property(fc.nat(604_800_000), (value) => {
        within5Percent(quantile(observed(value), 0.5)!, value);
      }),
    );
  });

  test.each([0, 1, 2, 10, 100, 1_000, 604_800_000])('knows %p', (value) => {
    within5Percent(quantile(observed(value), 1)!, value);
  });

  test('knows every percentile of many within five per cent', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(0, 0.01, 0.5, 0.95, 0.99, 1), (all, q) => {
        within5Percent(quantile(histogramOf(all), q)!, exactQuantile(all, q));
      }),
    );
  });

  test('counts everything once', () => {
    fc.assert(
      fc.property(values, (all) => {
        expect(countsOf(histogramOf(all)).reduce((sum, count) => sum + count, 0)).toBe(all.length);
      }),
    );
  });

  test('keeps apart buckets that count as much as they can', () => {
    const most = 10n ** 12n - 1n;
    const full = [0, 1, 2, 604_800_000].map((value) => most * observed(value));
    const counts = countsOf(full.reduce((left, right) => left + right));
    expect(counts.filter((count) => count > 0)).toEqual(full.map(() => Number(most)));
  });

  test('says nothing of nothing', () => {
    expect(quantile(0n, 0.5)).toBeNull();
  });
});
