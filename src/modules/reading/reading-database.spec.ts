import type { Problem } from '../http/problem';
import { readingFault } from './reading-database';

const failure = (code?: string): Error => Object.assign(new Error('no'), code && { code });

describe('a failure of the database', () => {
  it.each(['ECONNREFUSED', 'EPIPE', '57P01', '57P03', '08006', '53300', undefined])(
    '%p means that it is away',
    (code) => {
      const fault = readingFault(failure(code)) as Problem;
      expect([fault.status, fault.code, fault.more.retryAfterSeconds]).toEqual([
        503,
        'unavailable',
        1,
      ]);
    },
  );

  it('by its time limit means that too much was asked for', () => {
    expect(readingFault(failure('57014'))).toMatchObject({ status: 503, code: 'query-too-slow' });
  });

  it.each(['42P01', '22P02', '25006'])('%p is a mistake of ours, and stays one', (code) => {
    const error = failure(code);
    expect(readingFault(error)).toBe(error);
  });

  it('never hides a mistake in the code', () => {
    const error = new TypeError('x is not a function');
    expect(readingFault(error)).toBe(error);
  });
});
