import { duration } from './durations';
import { count, exactUsd, inHours, percent, plural, times, usd } from './numbers';
import { executionOf, spoken } from './names';
import { inUtc } from './times';

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [999.7, '1.0 s'],
  [9_474.7, '9.5 s'],
  [59_940, '59.9 s'],
  [59_970, '1 m'],
  [134_000, '2 m 14 s'],
  [3_600_000, '1 h'],
  [11_100_000, '3 h 5 m'],
  [187_200_000, '2 d 4 h'],
])('%d milliseconds are %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test.each([
  [0, '$0.00'],
  [0.00012, '$0.00012'],
  [0.2924, '$0.292'],
  [12.345, '$12.35'],
  [94_800, '$94,800'],
  [999.999, '$1,000'],
  [0.9999, '$1.00'],
  [0.0000004, '<$0.00001'],
  [-5.25, '-$5.25'],
])('%d dollars are %s', (value, text) => {
  expect(usd(value)).toBe(text);
});

test.each([
  ['989592875', '0.989592875 USD'],
  ['2500000000', '2.5 USD'],
  ['-1', '-0.000000001 USD'],
  ['0', '0 USD'],
])('%s nano-dollars are exactly %s', (nanoUsd, text) => {
  expect(exactUsd(nanoUsd)).toBe(text);
});

test('a share of nothing, and a multiplier by nothing, are no numbers', () => {
  expect([percent(0, 0), times(null)]).toEqual(['–', '–']);
  expect([percent(1, 8), times(828.4), times(4.25)]).toEqual(['12.5 %', '828×', '4.3×']);
});

test('hours below one keep what tells them apart', () => {
  expect([0, 0.25, 0.75, 1.25, 968.46].map(inHours)).toEqual([
    '0 h',
    '0.25 h',
    '0.75 h',
    '1.3 h',
    '968.5 h',
  ]);
});

test('a multiplier below one says so', () => {
  expect([0, 0.0042, 0.25, 0.98, 1].map(times)).toEqual(['0×', '0.0042×', '0.25×', '0.98×', '1×']);
});

test('counts of any size keep every digit', () => {
  expect(count('9007199254740993')).toBe('9,007,199,254,740,993');
});

test('names are told as people say them', () => {
  expect([spoken('timed_out'), executionOf('execution-a-1'), executionOf('rebuild-1')]).toEqual([
    'timed out',
    'a-1',
    null,
  ]);
});

test.each([
  ['2026-11-28T01:30:00.123456Z', '2026-11-28T01:30:00.123456Z'],
  ['2026-11-28T01:30:00+02:00', '2026-11-27T23:30:00.000Z'],
  ['2026-11-28', '2026-11-28T00:00:00.000Z'],
  ['garbage', 'garbage'],
])('%s of an address is %s in UTC', (time, text) => {
  expect(inUtc(time)).toBe(text);
});

test('one of something is told as one', () => {
  expect([plural(1, 'call'), plural('12', 'call')]).toEqual(['1 call', '12 calls']);
  expect([plural(1n, 'query', 'queries'), plural(0, 'query', 'queries')]).toEqual([
    '1 query',
    '0 queries',
  ]);
});
