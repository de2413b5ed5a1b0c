import fc from 'fast-check';
import { mergeHistograms, observed, quantile } from './histogram';
import type { Histogram } from './histogram';

const values = fc.array(fc.nat(604_800_000), { minLength: 1, maxLength: 200 });
const histogramOf = (all: readonly number[]): Histogram =>
  all.map(observed).reduce(mergeHistograms, []);
const anyHistogram = values.map(histogramOf);

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
        expect(histogramOf(all).reduce((sum, count) => sum + count, 0n)).toBe(BigInt(all.length));
      }),
    );
  });

  test('says nothing of nothing', () => {
    expect(quantile([], 0.5)).toBeNull();
    expect(quantile([0n, 0n], 0.5)).toBeNull();
  });
});

describe('merging histograms', () => {
  test('is associative', () => {
    fc.assert(
      fc.property(anyHistogram, anyHistogram, anyHistogram, (a, b, c) => {
        const left = mergeHistograms(mergeHistograms(a, b), c);
        expect(mergeHistograms(a, mergeHistograms(b, c))).toEqual(left);
      }),
    );
  });

  test('is commutative', () => {
    fc.assert(
      fc.property(anyHistogram, anyHistogram, (a, b) => {
        expect(mergeHistograms(a, b)).toEqual(mergeHistograms(b, a));
      }),
    );
  });

  test('with an empty one changes nothing', () => {
    fc.assert(
      fc.property(anyHistogram, (a) => {
        expect(mergeHistograms(a, [])).toEqual(a);
      }),
    );
  });
});
