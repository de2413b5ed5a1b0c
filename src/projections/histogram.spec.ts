import fc from 'fast-check';
import { countsOf, histogramText, observed, quantile } from './histogram';
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

  test('counts everything once, by its number as by its digits', () => {
    fc.assert(
      fc.property(values, (all) => {
        const counts = countsOf(histogramOf(all));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(all.length);
        expect(countsOf(String(histogramOf(all)))).toEqual(counts);
      }),
    );
  });

  test('keeps apart buckets that count as much as they can', () => {
    const most = 10n ** 12n - 1n;
    const full = [0, 1, 2, 604_800_000].map((value) => most * observed(value));
    const counts = countsOf(full.reduce((left, right) => left + right));
    expect(counts.filter((count) => count > 0)).toEqual(full.map(() => Number(most)));
  });

  test('is written with the zeros at its end as an exponent', () => {
    expect(histogramText(0n)).toBe('0');
    expect(histogramText(observed(0))).toBe('1');
    expect(histogramText(3n * observed(1) + 2n * observed(0))).toBe('3000000000002');
    expect(histogramText(17n * observed(1))).toBe('17e12');
    expect(histogramText(-observed(1))).toBe('-1e12');
  });

  test('is written as the number that it is', () => {
    const expanded = (text: string): bigint => {
      const [digits = '', zeros = '0'] = text.split('e');
      return BigInt(digits + '0'.repeat(Number(zeros)));
    };
    const counts = fc.bigInt(1n, 10n ** 12n - 1n);
    fc.assert(
      fc.property(values, counts, (all, count) => {
        const histogram = histogramOf(all) + (count - 1n) * observed(all[0]!);
        expect(expanded(histogramText(histogram))).toBe(histogram);
      }),
    );
  });

  test('says nothing of nothing', () => {
    expect(quantile(0n, 0.5)).toBeNull();
  });
});
