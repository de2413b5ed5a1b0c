import { ProgressLine } from './report';

const half = { done: 500, total: 1_000, ratePerSecond: 100, secondsLeft: 5 };

test.each([
  [20, 'ledger  500 of 1,00'],
  [0, 'ledger  500 of 1,000  50 %  100/s  5.0 s left'],
])('progress is within the width of a terminal that says %i', (columns, text) => {
  const shown: string[] = [];
  const line = new ProgressLine({ isTTY: true, columns, write: (one) => shown.push(one) });
  line.show({ step: 'ledger', ...half });
  line.end();
  expect(shown).toEqual([`\r\u001b[2K${text}`, '\r\u001b[2K']);
});

test('a ledger without events is read at once', () => {
  const shown: string[] = [];
  const line = new ProgressLine({ isTTY: true, columns: 0, write: (one) => shown.push(one) });
  line.show({ step: 'ledger', done: 0, total: 0, ratePerSecond: 0, secondsLeft: null });
  expect(shown).toEqual(['\r\u001b[2Kledger  0 of 0  100 %  0/s']);
});
