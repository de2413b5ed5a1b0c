import type { FastifyRequest } from 'fastify';
import {
  bulkEnvelopeOf,
  envelopeOf,
  isIdempotencyKey,
  keyOfLine,
  versionIn,
} from './command-headers';

describe('If-Match', () => {
  test.each([
    ['"3"', 3],
    ['3', 3],
    [3, 3],
    ['"0"', 0],
  ])('%p is %p', (header, version) => {
    expect(versionIn(header)).toBe(version);
  });

  test.each(['*', 'W/"3"', '"3", "4"', '"-1"', '"1.5"', '"9999999999"', '', 'abc', -1, 1.5])(
    '%p is no version',
    (header) => {
      expect(versionIn(header)).toBeUndefined();
    },
  );
});

describe('Idempotency-Key', () => {
  test.each(['k', '01890a5d-ac96-774b-bcce-b302099a8057', 'x'.repeat(256), '~!"#'])(
    '%p is taken',
    (key) => {
      expect(isIdempotencyKey(key)).toBe(true);
    },
  );

  test.each(['', 'a b', 'x'.repeat(257), 'ü', 'a\0', 'tab\t'])('%p is refused', (key) => {
    expect(isIdempotencyKey(key)).toBe(false);
  });
});

const requestOf = (headers: Record<string, string | string[]>, query: object = {}) =>
  ({ headers, query }) as unknown as FastifyRequest;

const nothing = { idempotencyKey: null, ifMatch: null, deploymentId: null };

describe('what a request says around its body', () => {
  test('may be nothing', () => {
    expect(envelopeOf(requestOf({}))).toEqual({ ...nothing, faults: [] });
  });

  test('is what its headers say', () => {
    const headers = { 'idempotency-key': 'k', 'if-match': '"3"', 'x-deployment-id': 'd7' };
    const said = { idempotencyKey: 'k', ifMatch: 3, deploymentId: 'd7', faults: [] };
    expect(envelopeOf(requestOf(headers))).toEqual(said);
  });

  test('is wrong in every header that is wrong, and in whatever the address adds', () => {
    const headers = { 'idempotency-key': 'a b', 'if-match': '*', 'x-deployment-id': 'not an id' };
    const { faults, ...said } = envelopeOf(requestOf(headers, { dryRun: 'true' }));
    expect(said).toEqual(nothing);
    expect(faults).toEqual([
      { path: 'dryRun', message: 'is taken in the body, not in the address' },
      { path: 'Idempotency-Key', message: expect.stringMatching(/1 to 256 printable/) },
      { path: 'If-Match', message: expect.stringMatching(/such as "3"/) },
      { path: 'X-Deployment-Id', message: expect.stringMatching(/is an id/) },
    ]);
  });
});

describe('what a request of many commands says around its lines', () => {
  test('is the deployment of all of them, and a key that lines have with their number', () => {
    const request = requestOf({ 'x-deployment-id': 'd7', 'idempotency-key': 'day-7' });
    const said = { idempotencyKey: 'day-7', deploymentId: 'd7', faults: [] };
    expect(bulkEnvelopeOf(request)).toEqual(said);
    expect([keyOfLine('day-7', 12), keyOfLine(null, 12)]).toEqual(['day-7/12', null]);
  });

  test.each([
    ['a b', /1 to 256 printable/],
    ['k'.repeat(241), /240 characters/],
  ])('is no version, and no key %p', (key, message) => {
    const { faults } = bulkEnvelopeOf(requestOf({ 'idempotency-key': key, 'if-match': '"3"' }));
    expect(faults).toEqual([
      { path: 'If-Match', message: 'is said on each line here, as ifMatch' },
      { path: 'Idempotency-Key', message: expect.stringMatching(message) },
    ]);
  });
});
