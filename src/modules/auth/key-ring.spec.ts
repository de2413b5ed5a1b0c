import { KeyRing } from './key-ring';

const ring = new KeyRing([
  { role: 'service', name: 'ci', secret: 'the-secret-of-the-service' },
  { role: 'operator', name: 'me', secret: 'the-secret-of-the-operator' },
]);

test('a key tells who holds it', () => {
  expect(ring.callerWith('the-secret-of-the-service')).toEqual({ name: 'ci', role: 'service' });
  expect(ring.callerWith('the-secret-of-the-operator')).toEqual({ name: 'me', role: 'operator' });
});

test.each([
  '',
  'the-secret-of-the-servic',
  'the-secret-of-the-service ',
  'THE-SECRET-OF-THE-SERVICE',
])('%j is no key', (secret) => {
  expect(ring.callerWith(secret)).toBeUndefined();
});

test('it holds no secret', () => {
  expect(JSON.stringify(ring)).not.toMatch(/the-secret/);
});
