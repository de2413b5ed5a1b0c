import { DatabaseError } from 'pg';
import { isOutage } from './outage';

const failed = (code: string): DatabaseError =>
  Object.assign(new DatabaseError('', 0, 'error'), { code });

test.each(['08006', '53300', '57P01', '58030', '55000'])('%s is an outage', (code) => {
  expect(isOutage(failed(code))).toBe(true);
});

test.each(['23505', '40001', '55006', '42P01'])('%s is none', (code) => {
  expect(isOutage(failed(code))).toBe(false);
});

test('what the socket says is an outage', () => {
  expect(isOutage(new Error('connect ECONNREFUSED'))).toBe(true);
});
