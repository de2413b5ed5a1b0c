import { firstDayAfter, firstDayFrom, momentOf } from './moment';

describe('a moment in a query', () => {
  it.each([
    ['2026-01-08', '2026-01-08T00:00:00.000000Z'],
    ['2026-01-08T22:32:15Z', '2026-01-08T22:32:15.000000Z'],
    ['2026-01-08T22:32:15.123456Z', '2026-01-08T22:32:15.123456Z'],
    ['2026-01-08T23:30:00-01:00', '2026-01-09T00:30:00.000000Z'],
    ['2026-01-08T01:00:00 02:00', '2026-01-07T23:00:00.000000Z'],
    ['9999-12-31', '9999-12-31T00:00:00.000000Z'],
  ])('%s is %s', (text, moment) => {
    expect(momentOf(text)).toBe(moment);
  });

  it.each([
    '',
    'yesterday',
    '2026-02-30',
    '2026-13-01',
    '2026-01-08T22:32:15',
    '0000-01-01',
    '0001-01-01T00:00:00+05:00',
    '9999-12-31T23:00:00-05:00',
    '1767911535',
  ])('%p is none', (text) => {
    expect(momentOf(text)).toBeUndefined();
  });
});

describe('a range over days', () => {
  it('holds every day it touches', () => {
    expect(firstDayFrom('2026-01-08T22:32:15.000000Z')).toBe('2026-01-08');
    expect(firstDayAfter('2026-01-08T22:32:15.000000Z')).toBe('2026-01-09');
    expect(firstDayAfter('2026-12-31T00:00:00.000001Z')).toBe('2027-01-01');
  });

  it('ends with the last day that there is', () => {
    expect(firstDayAfter('9999-12-31T22:32:15.000000Z')).toBe('9999-12-31');
  });

  it('ends before a day that it is given as its end', () => {
    expect(firstDayAfter('2026-01-08T00:00:00.000000Z')).toBe('2026-01-08');
  });
});
