import fc from 'fast-check';
import { backoffOf, retryAfterOf } from './backoff';

test('the wait doubles with each failure, half of it by chance, up to an hour', () => {
  expect([1, 2, 3, 4].map((failures) => backoffOf(failures, 1_000, null, 0))).toEqual([
    500, 1_000, 2_000, 4_000,
  ]);
  expect(backoffOf(3, 1_000, null, 0.5)).toBe(3_000);
  expect(backoffOf(40, 1_000, null, 0)).toBe(1_800_000);
});

test('whoever asks for more time gets it, within reason', () => {
  expect(backoffOf(1, 1_000, 30_000, 0)).toBe(30_000);
  expect(backoffOf(6, 1_000, 1_000, 0)).toBe(16_000);
  expect(backoffOf(1, 1_000, 86_400_000, 0)).toBe(3_600_000);
});

test('no wait is longer than an hour or shorter than half of the first', () => {
  const anything = fc.record({
    failures: fc.integer({ min: 1, max: 2_000 }),
    asked: fc.option(fc.integer({ min: 0, max: 1e12 })),
    chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });
  fc.assert(
    fc.property(anything, ({ failures, asked, chance }) => {
      const wait = backoffOf(failures, 1_000, asked, chance);
      expect(wait).toBeGreaterThanOrEqual(500);
      expect(wait).toBeLessThanOrEqual(3_600_000);
    }),
  );
});

test.each([
  [null, null],
  ['120', 120_000],
  ['Thu, 08 Jan 2026 22:00:30 GMT', 30_000],
  ['Thu, 08 Jan 2026 21:00:00 GMT', 0],
  ['soon', null],
  ['-5', null],
])('Retry-After %p is a wait of %p ms', (header, milliseconds) => {
  const now = Date.parse('2026-01-08T22:00:00Z');
  expect(retryAfterOf(header, now)).toBe(milliseconds);
});
