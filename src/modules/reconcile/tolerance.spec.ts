import { isBeyond, percentOf, toleranceOf } from './tolerance';

const one = toleranceOf('1')!;

test.each([
  [100n, 100n, false],
  [100n, 99n, false],
  [100n, 101n, false],
  [100n, 102n, true],
  [100n, 98n, true],
  [100_000_000_000_000_000_000n, 101_000_000_000_000_000_001n, true],
  [0n, 0n, false],
  [0n, 1n, true],
])('of %s in the file, %s in the ledger: beyond 1 %% is %s', (inFile, inLedger, beyond) => {
  expect(isBeyond(inFile, inLedger, one)).toBe(beyond);
});

test('a tolerance of 0 lets nothing pass, one of 100 lets all be missing', () => {
  expect(isBeyond(10n ** 20n, 10n ** 20n + 1n, toleranceOf('0')!)).toBe(true);
  expect(isBeyond(1_000n, 0n, toleranceOf('100')!)).toBe(false);
  expect(isBeyond(200n, 199n, toleranceOf('0.5')!)).toBe(false);
  expect(isBeyond(200n, 199n, toleranceOf('0.499999')!)).toBe(true);
});

test.each(['', '-1', '1%', '100.1', '1,5', '0.1234567', 'one', '1e1'])('%j is none', (text) => {
  expect(toleranceOf(text)).toBeUndefined();
});

test('differences are told in per cent of the file', () => {
  expect(percentOf(100n, 96n)).toBe('-4.00 %');
  expect(percentOf(3n, 4n)).toBe('+33.33 %');
  expect(percentOf(3n, 5n)).toBe('+66.67 %');
  expect(percentOf(8n, 0n)).toBe('-100.00 %');
  expect(percentOf(0n, 5n)).toBeNull();
});
