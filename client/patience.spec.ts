import { Patience, pauseAfter, retryAfterIn } from './patience';
import { FlowledgerUnreachable, problemOf } from './problem';

const headers = (value?: string): Headers =>
  new Headers(value === undefined ? {} : { 'retry-after': value });

describe('Retry-After', () => {
  const now = Date.parse('2026-01-08T10:00:00Z');

  test('is read as seconds and as a date', () => {
    expect(retryAfterIn(headers('2'), now)).toBe(2_000);
    expect(retryAfterIn(headers('Thu, 08 Jan 2026 10:00:05 GMT'), now)).toBe(5_000);
  });

  test('is nothing where it is not there, cannot be read, or lies behind', () => {
    expect(retryAfterIn(headers(), now)).toBeNull();
    expect(retryAfterIn(headers('soon'), now)).toBeNull();
    expect(retryAfterIn(headers('Thu, 08 Jan 2026 09:00:00 GMT'), now)).toBe(0);
  });
});

describe('the pause between attempts', () => {
  test('doubles up to five seconds, less up to a half by chance', () => {
    const most = [0, 1, 2, 3, 9].map((failures) => pauseAfter(failures, null, () => 1));
    expect(most).toEqual([100, 200, 400, 800, 5_000]);
    expect(pauseAfter(3, null, () => 0)).toBe(400);
  });

  test('is never shorter than the server asks', () => {
    expect(pauseAfter(0, 7_000, () => 1)).toBe(7_000);
    expect(pauseAfter(9, 1_000, () => 1)).toBe(5_000);
  });
});

describe('patience', () => {
  const away = new FlowledgerUnreachable('http://127.0.0.1:1', new Error('connection refused'));

  test('ends at once at what no attempt would change', async () => {
    for (const status of [400, 401, 403, 404, 409, 412, 413, 422, 500]) {
      const refused = problemOf(status, { code: 'refused', detail: 'no' });
      await expect(new Patience(60_000).outlast(refused)).rejects.toBe(refused);
    }
  });

  test('outlasts a server that is busy or away', async () => {
    const patience = new Patience(60_000);
    for (const status of [429, 502, 503, 504]) {
      await patience.outlast(problemOf(status, {}, 0));
    }
  });

  test('gives up rather than wait longer than it has', async () => {
    const later = problemOf(503, { code: 'unavailable' }, 61_000);
    await expect(new Patience(60_000).outlast(later)).rejects.toBe(later);
    await expect(new Patience(0).outlast(away)).rejects.toBe(away);
  });

  test('ends with the reason of a signal, also while it waits', async () => {
    const leaving = new AbortController();
    const waiting = new Patience(60_000).outlast(problemOf(503, {}, 50_000), leaving.signal);
    leaving.abort(new Error('not needed any more'));
    await expect(waiting).rejects.toThrow('not needed any more');
  });
});
