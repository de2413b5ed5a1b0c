import { problemOf } from './problem';

const busy = (retryAfter?: string, body = '{"code": "unavailable", "detail": "not now"}') =>
  problemOf(
    new Response(body, {
      status: 503,
      headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
    }),
  );

test('is asked again no sooner than the server says, nor over and over', async () => {
  expect((await busy('5')).retryAfterSeconds).toBe(5);
  expect((await busy('0')).retryAfterSeconds).toBe(1);
  expect((await busy()).retryAfterSeconds).toBeNull();
});

test('a date of a proxy is understood, and what is neither asks for nothing', async () => {
  const inAYear = new Date(Date.now() + 365 * 86_400_000).toUTCString();
  expect((await busy(inAYear)).retryAfterSeconds).toBe(3_600);
  expect((await busy('Thu, 08 Jan 2026 10:00:05 GMT')).retryAfterSeconds).toBe(1);
  expect((await busy('soon')).retryAfterSeconds).toBeNull();
});

test('is told whatever came with it', async () => {
  expect(await busy(undefined, '<html>')).toMatchObject({
    status: 503,
    code: 'unknown',
    detail: 'The server answered 503.',
  });
  expect(await busy(undefined, 'null')).toMatchObject({ status: 503, code: 'unknown' });
  expect(await busy()).toMatchObject({ code: 'unavailable', detail: 'not now' });
});
