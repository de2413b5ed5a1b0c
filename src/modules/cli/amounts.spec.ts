import { count, counted, duration, roundedUsd, size, usd } from './amounts';

describe('amounts for a person', () => {
  it('groups thousands', () => {
    expect([0, 999, 1_000, 1_234_567].map(count)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect(count(-1_234n)).toBe('-1,234');
  });

  it.each([
    [0n, '0.00'],
    [212_520_000n, '0.21252'],
    [1_500_000_000n, '1.50'],
    [1n, '0.000000001'],
    [-255_000n, '-0.000255'],
    [1_234_000_000_000n, '1,234.00'],
  ])('shows %s nano-dollars exactly', (nano, text) => {
    expect(usd(nano)).toBe(text);
  });

  it.each([
    [0n, 2, '0.00'],
    [5_000_000n, 2, '0.01'],
    [4_999_999n, 2, '0.00'],
    [1_999_999_999n, 3, '2.000'],
    [1_234_567_000_000_000n, 2, '1,234,567.00'],
  ])('rounds %s nano-dollars to %s digits', (nano, digits, text) => {
    expect(roundedUsd(nano, digits)).toBe(text);
  });

  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [1_000, '1.0 s'],
    [59_949, '59.9 s'],
    [59_999, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [3_660_000, '1 h 1 min'],
  ])('tells %s milliseconds as %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it.each([
    [0, '0 KiB'],
    [49_000, '48 KiB'],
    [1_048_576, '1 MiB'],
    [1_262_000_000, '1,204 MiB'],
  ])('tells %s bytes as %s', (bytes, text) => {
    expect(size(bytes)).toBe(text);
  });

  it('knows one from many', () => {
    expect([0, 1, 2_000].map((value) => counted(value, 'call'))).toEqual([
      '0 calls',
      '1 call',
      '2,000 calls',
    ]);
  });
});
