import fc from 'fast-check';
import { nanoUsdOf } from '../../events/money';
import { countOf, nanoUsdFrom } from './exact-amount';

test.each([
  ['0', 0n],
  ['1200', 1_200n],
  ['1200.0', 1_200n],
  ['007', 7n],
])('%s is a count', (text, value) => {
  expect(countOf(text)).toEqual({ value });
});

test.each([
  ['', /^is empty/],
  ['1.5', /^is not a whole number/],
  ['-1', /^is below zero/],
  ['1,200', /thousands separator/],
  ["1'200", /thousands separator/],
  ['1 200', /thousands separator/],
  ['1e3', /^is not a whole number/],
  ['many', /^is not a whole number/],
  ['12 tokens', /currency sign or a unit/],
])('%j is no count, and it is said why', (text, fault) => {
  expect(countOf(text)).toEqual({ fault: expect.stringMatching(fault) });
});

test.each([
  ['0.0123', 12_300_000n],
  ['.5', 500_000_000n],
  ['3.', 3_000_000_000n],
  ['1.23e-2', 12_300_000n],
  ['1.5E+2', 150_000_000_000n],
  ['123456789012345.123456789', 123_456_789_012_345_123_456_789n],
  ['0.0000000005', 0n],
  ['0.0000000015', 2n],
  ['0.00000000250000000000001', 3n],
  ['1e-30', 0n],
])('%s dollars are exact to the nano-dollar', (text, value) => {
  expect(nanoUsdFrom(text)).toEqual({ value });
});

test.each([
  ['$1.20', /currency sign/],
  ['1.20 USD', /currency sign/],
  ['USD 1.20', /currency sign/],
  ['€1', /currency sign/],
  ['1,234.50', /thousands separator or a decimal comma/],
  ['0,0123', /decimal comma/],
  ['1.234,50', /decimal comma/],
  ['-0.5', /below zero/],
  ['(0.50)', /below zero/],
  ['', /is empty/],
  ['.', /is not a number/],
  ['NaN', /is not a number/],
  ['1.2.3', /is not a number/],
  ['1e999', /is not a number/],
])('%j is no amount of dollars, and it is said why', (text, fault) => {
  expect(nanoUsdFrom(text)).toEqual({ fault: expect.stringMatching(fault) });
});

test('text and number of the same amount are the same nano-dollars', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (usd) => {
      expect(nanoUsdFrom(String(usd))).toEqual(
        usd !== 0 && usd < 1e-99 ? { fault: expect.anything() } : { value: nanoUsdOf(usd) },
      );
    }),
  );
});
