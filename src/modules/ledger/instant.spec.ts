import fc from 'fast-check';
import { canonicalInstant, instantFromDatabase, instantOf } from './instant';

test.each([
  ['2026-01-08T22:32:15Z', '2026-01-08T22:32:15.000000Z'],
  ['2026-01-08T22:32:15.5Z', '2026-01-08T22:32:15.500000Z'],
  ['2026-01-08T22:32:15.550791Z', '2026-01-08T22:32:15.550791Z'],
  ['2026-01-08T22:32:15.5507919999Z', '2026-01-08T22:32:15.550791Z'],
  ['2026-01-08T22:32:15.550791+01:00', '2026-01-08T21:32:15.550791Z'],
  ['2025-12-31T23:30:00-02:30', '2026-01-01T02:00:00.000000Z'],
  ['2024-02-29T23:59:59.999999+00:00', '2024-02-29T23:59:59.999999Z'],
])('%s is %s', (given, canonical) => {
  expect(canonicalInstant(given)).toBe(canonical);
});

test.each(['2026-01-08', '2026-01-08T22:32Z', '2026-01-08T22:32:15', '22:32:15Z', ''])(
  '%p is no instant',
  (given) => {
    expect(() => canonicalInstant(given)).toThrow(RangeError);
  },
);

test.each([
  ['2026-01-08 22:32:15+00', '2026-01-08T22:32:15.000000Z'],
  ['2026-01-08 22:32:15.5+00', '2026-01-08T22:32:15.500000Z'],
  ['2026-01-08 22:32:15.55+00', '2026-01-08T22:32:15.550000Z'],
  ['2026-01-08 22:32:15.550791+00', '2026-01-08T22:32:15.550791Z'],
])('PostgreSQL’s %s is %s', (printed, canonical) => {
  expect(instantFromDatabase(printed)).toBe(canonical);
});

test('what the clock says is canonical', () => {
  expect(instantOf(Date.UTC(2026, 0, 8, 22, 32, 15, 550))).toBe('2026-01-08T22:32:15.550000Z');
});

/** To the millisecond, as a clock gives them. */
const moments = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2100, 0, 1) });

test('canonical instants compare as text as the moments do', () => {
  fc.assert(
    fc.property(moments, moments, (one, other) => {
      expect(instantOf(one) < instantOf(other)).toBe(one < other);
    }),
  );
});

test('a canonical instant stays as it is, whatever zone it came in', () => {
  fc.assert(
    fc.property(moments, fc.integer({ min: -14 * 60, max: 14 * 60 }), (moment, offset) => {
      const local = new Date(moment + offset * 60_000).toISOString().slice(0, -1);
      const sign = offset < 0 ? '-' : '+';
      const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
      const zone = `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
      const canonical = canonicalInstant(`${local}${zone}`);
      expect(canonical).toBe(instantOf(moment));
      expect(canonicalInstant(canonical)).toBe(canonical);
    }),
  );
});
