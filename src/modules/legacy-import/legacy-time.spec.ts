import { clockOf, isTimeZone, isoOf, microsecondDigits } from './legacy-time';

const utc = clockOf('UTC');
const read = (zone: string, text: string): string => isoOf(clockOf(zone)(text) ?? NaN);

describe('a legacy time', () => {
  it.each([
    ['2026-01-08T22:32:15.550791', '2026-01-08T22:32:15.550791Z'],
    ['2026-01-08T22:32:15', '2026-01-08T22:32:15.000000Z'],
    ['2026-01-08 22:32:15.5', '2026-01-08T22:32:15.500000Z'],
    ['2026-01-08T22:32:15.5507919', '2026-01-08T22:32:15.550791Z'],
    ['2026-01-08T22:32:15.000001Z', '2026-01-08T22:32:15.000001Z'],
    ['2026-01-08T22:32:15.25+02:00', '2026-01-08T20:32:15.250000Z'],
    ['2026-01-08T22:32:15-0530', '2026-01-09T04:02:15.000000Z'],
  ])('%s is %s, to the microsecond', (text, iso) => {
    expect(isoOf(utc(text) ?? NaN)).toBe(iso);
  });

  it.each([
    '',
    '2026-01-08',
    'yesterday',
    '2026-02-30T10:00:00',
    '2026-01-08T25:00:00',
    '1767911535',
  ])('%p is none', (text) => {
    expect(utc(text)).toBeUndefined();
  });

  it.each([
    ['winter', '2026-01-08T12:00:00.000001', '2026-01-08T11:00:00.000001Z'],
    ['summer', '2026-07-08T12:00:00', '2026-07-08T10:00:00.000000Z'],
    ['the second before a skipped hour', '2026-03-29T01:59:59', '2026-03-29T00:59:59.000000Z'],
    ['within it, as if clocks had gone on', '2026-03-29T02:30:00', '2026-03-29T01:30:00.000000Z'],
    ['the second after it', '2026-03-29T03:00:00', '2026-03-29T01:00:00.000000Z'],
    ['an hour that comes twice: the first', '2026-10-25T02:30:00', '2026-10-25T00:30:00.000000Z'],
    ['once that is over', '2026-10-25T03:00:00', '2026-10-25T02:00:00.000000Z'],
    ['a zone of its own wins', '2026-07-08T12:00:00Z', '2026-07-08T12:00:00.000000Z'],
  ])('is local to the zone asked for: %s', (_, text, iso) => {
    expect(read('Europe/Zurich', text)).toBe(iso);
  });

  it('is read in zones of half and quarter hours', () => {
    expect(read('Asia/Kathmandu', '2026-01-08T05:45:00')).toBe('2026-01-08T00:00:00.000000Z');
    expect(read('America/St_Johns', '2026-01-08T00:00:00')).toBe('2026-01-08T03:30:00.000000Z');
  });

  it('has six digits of a second, whatever it shows', () => {
    expect(microsecondDigits('2026-01-08T22:32:15.5525814')).toBe('552581');
    expect(microsecondDigits('2026-01-08T22:32:15.5')).toBe('500000');
    expect(microsecondDigits('2026-01-08T22:32:15')).toBe('000000');
  });

  it('knows time zones by their names', () => {
    expect(['UTC', 'Europe/Zurich', 'America/New_York'].map(isTimeZone)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['Mars', 'Europe/Atlantis', ''].map(isTimeZone)).toEqual([false, false, false]);
  });
});
