import fc from 'fast-check';
import { halfEven, nanoUsdOf, usdOf } from './money';

/** Amounts of at most 15 significant digits: those a JSON number holds exactly as written. */
const exact = fc.bigInt({ min: 0n, max: 10n ** 15n - 1n });

const decimalOf = (nano: bigint): string => {
  const digits = String(nano).padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
};

describe('US dollars to nano-dollars', () => {
  test.each([
    [0, 0n],
    [-0, 0n],
    [1, 1_000_000_000n],
    [0.0075, 7_500_000n],
    [0.1 + 0.2, 300_000_000n],
    [123_456.789012345, 123_456_789_012_345n],
    [1_000_000, 1_000_000_000_000_000n],
    [-0.05, -50_000_000n],
  ])('takes %p for what it says', (usd, nano) => {
    expect(nanoUsdOf(usd)).toBe(nano);
  });

  test.each([
    [1e-9, 1n],
    [1e-7, 100n],
    [2.5e-7, 250n],
    [1e21, 10n ** 30n],
    [1.5e22, 15n * 10n ** 30n],
    [5e-324, 0n],
  ])('reads the exponent form %p', (usd, nano) => {
    expect(nanoUsdOf(usd)).toBe(nano);
  });

  test.each([
    [5e-10, 0n],
    [1.5e-9, 2n],
    [2.5e-9, 2n],
    [3.5e-9, 4n],
    [2.500000001e-9, 3n],
    [2.499999999e-9, 2n],
    [-2.5e-9, -2n],
    [-3.5e-9, -4n],
  ])('rounds %p, beyond the ninth digit, half to even', (usd, nano) => {
    expect(nanoUsdOf(usd)).toBe(nano);
  });

  test('is exact for every amount of up to fifteen digits', () => {
    fc.assert(
      fc.property(exact, (nano) => {
        expect(nanoUsdOf(Number(decimalOf(nano)))).toBe(nano);
      }),
    );
  });

  test('is never more than half a nano-dollar away from what the number says', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (usd) => {
        expect(Math.abs(Number(nanoUsdOf(usd)) - usd * 1e9)).toBeLessThanOrEqual(0.5 + 0.25);
      }),
    );
  });

  test('and back to dollars is the number it came from', () => {
    fc.assert(
      fc.property(exact, (nano) => {
        expect(usdOf(nano)).toBe(Number(decimalOf(nano)));
        expect(usdOf(-nano)).toBe(0 - Number(decimalOf(nano)));
      }),
    );
  });
});

test('a division is rounded to the nearest whole, ties to the even one', () => {
  const numbers = fc.bigInt({ min: 0n, max: 10n ** 20n });
  const divisors = fc.bigInt({ min: 1n, max: 10n ** 6n });
  fc.assert(
    fc.property(numbers, divisors, (numerator, denominator) => {
      const quotient = halfEven(numerator, denominator);
      const error = 2n * (quotient * denominator - numerator);
      const size = error < 0n ? -error : error;
      expect(size <= denominator).toBe(true);
      if (size === denominator) expect(quotient % 2n).toBe(0n);
    }),
  );
});
