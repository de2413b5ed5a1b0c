import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem';
import { commandHeaders, parseIdempotencyKey, parseIfMatch } from './command-headers';

const faultOf = (work: () => unknown): Problem => {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error('it was taken');
};

describe('If-Match', () => {
  test.each([
    ['"3"', 3],
    ['3', 3],
    [3, 3],
    ['"0"', 0],
    [null, null],
  ])('%p is %p', (header, version) => {
    expect(parseIfMatch(header)).toBe(version);
  });

  test.each(['*', 'W/"3"', '"3", "4"', '"-1"', '"1.5"', '"9999999999"', '', 'abc', -1, 1.5])(
    '%p is refused',
    (header) => {
      expect(faultOf(() => parseIfMatch(header))).toMatchObject({ status: 400, code: 'malformed' });
    },
  );
});

describe('Idempotency-Key', () => {
  test.each([null, 'k', '01890a5d-ac96-774b-bcce-b302099a8057', 'x'.repeat(256), '~!"#'])(
    '%p is taken',
    (key) => {
      expect(parseIdempotencyKey(key)).toBe(key);
    },
  );

  test.each(['', 'a b', 'x'.repeat(257), 'ü', 'a\0', 'tab\t'])('%p is refused', (key) => {
    expect(faultOf(() => parseIdempotencyKey(key))).toMatchObject({ status: 400 });
  });
});

describe('the headers of a request', () => {
  const of = (headers: Record<string, string | string[]>): ReturnType<typeof commandHeaders> =>
    commandHeaders({ headers } as unknown as FastifyRequest);

  test('may say nothing', () => {
    expect(of({})).toEqual({ idempotencyKey: null, ifMatch: null, deploymentId: null });
  });

  test('say what they say', () => {
    const headers = { 'idempotency-key': 'k', 'if-match': '"3"', 'x-deployment-id': 'd7' };
    expect(of(headers)).toEqual({ idempotencyKey: 'k', ifMatch: 3, deploymentId: 'd7' });
  });

  test('name the header that is wrong', () => {
    const fault = faultOf(() => of({ 'x-deployment-id': 'not an id' }));
    expect(fault.more.errors).toEqual([
      { path: 'X-Deployment-Id', message: expect.stringMatching(/is an id/) },
    ]);
  });
});
