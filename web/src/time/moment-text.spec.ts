import { isMoment, momentOf } from './moment-text';

test.each(['1', '900', '2026-11-28', '2026-11-28T16:00:00Z', '2026-11-28T16:00:00.123456+02:00'])(
  '%j is a moment',
  (text) => {
    expect(isMoment(text)).toBe(true);
  },
);

test.each(['', '0', 'garbage', '-5', '12.5', '1e3', '900abc', '2026-13-45', '2026-11-28 16:00'])(
  '%j is none',
  (text) => {
    expect(isMoment(text)).toBe(false);
  },
);

test.each([
  ['12,000', '12000'],
  ['2026-11-28', '2026-11-28T00:00:00.000Z'],
  ['2026-11-28 16:00 UTC', '2026-11-28T16:00:00.000Z'],
  ['2026-11-28T24:00Z', '2026-11-29T00:00:00.000Z'],
])('%j is typed for %s', (text, moment) => {
  expect(momentOf(text)).toBe(moment);
});

test.each(['yesterday', '', '0', '2026-13-01', '2026-02-30', '2026-02-31 12:00'])(
  'nothing is taken for %j',
  (text) => {
    expect(momentOf(text)).toBeUndefined();
  },
);
