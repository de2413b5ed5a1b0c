import type { LedgerEvent } from './event';
import { merged } from './merged';

const at = (...positions: number[]): LedgerEvent[] =>
  positions.map((position) => ({ position: String(position) }) as LedgerEvent);

test('events that were looked back for and that arrived meanwhile are each there once, in order', () => {
  expect(merged(at(8, 9, 10), at(10, 11), 10)).toEqual(at(8, 9, 10, 11));
  expect(merged(at(11), at(9, 10, 11), 10)).toEqual(at(9, 10, 11));
});

test('the last of them are kept', () => {
  expect(merged(at(99, 100), at(101), 2)).toEqual(at(100, 101));
});
