import { moneyTold } from './money-told';

const row = { costUsd: 1.5, calls: '12', humanHours: 2, humanCostUsd: 150, multiplier: 100 };

test('a day without calls cost nothing', () => {
  const told = moneyTold({ data: { rows: [] }, isStale: false });
  expect(told).toMatchObject({ cost: '$0.00', calls: 'USD, 0 calls', hours: '0', multiplier: '–' });
});

test('a day that is not answered yet, or of another moment, is not told to have cost nothing', () => {
  for (const asked of [
    { data: undefined, isStale: false },
    { data: { rows: [row] }, isStale: true },
  ]) {
    expect(moneyTold(asked)).toMatchObject({ cost: '–', calls: 'not known yet', hours: '–' });
  }
});

test('a day of one call is told as that', () => {
  const told = moneyTold({ data: { rows: [{ ...row, calls: '1' }] }, isStale: false });
  expect(told.calls).toBe('USD, 1 call');
});

test('is told as it was answered', () => {
  expect(moneyTold({ data: { rows: [row] }, isStale: false })).toEqual({
    cost: '$1.50',
    calls: 'USD, 12 calls',
    hours: '2',
    worth: 'worth $150.00',
    multiplier: '100×',
  });
});
