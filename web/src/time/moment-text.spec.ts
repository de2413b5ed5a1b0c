import { isMoment } from './moment-text';

test.each(['0', '900', '2026-11-28', '2026-11-28T16:00:00Z', '2026-11-28T16:00:00.123456+02:00'])(
  '%j is a moment',
  (text) => {
    expect(isMoment(text)).toBe(true);
  },
);

test.each(['', 'garbage', '-5', '12.5', '1e3', '900abc', '2026-13-45', '2026-11-28 16:00'])(
  '%j is none',
  (text) => {
    expect(isMoment(text)).toBe(false);
  },
);
