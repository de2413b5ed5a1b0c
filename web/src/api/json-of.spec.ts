import { jsonOf } from './json-of';
import { ApiProblem } from './problem';

/** An answer whose connection is lost on the way. */
const broken = (): Response =>
  new Response(
    new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('{"rows": ['));
        controller.error(new TypeError('network error'));
      },
    }),
  );

test('an answer that breaks off is none, and may be asked for again', async () => {
  const problem: unknown = await jsonOf(broken()).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(ApiProblem);
  expect(problem).toMatchObject({ status: 0, code: 'unreachable', retryAfterSeconds: 2 });
});

test('an answer that nobody waits for any more is no problem of the server', async () => {
  const read = jsonOf(broken(), AbortSignal.abort());
  await expect(read).rejects.toThrow('network error');
});

test('a whole answer is given as it is', async () => {
  expect(await jsonOf(Response.json({ rows: [] }))).toEqual({ rows: [] });
});
