import { decoded } from './decoded';

test('an id is decoded, and one that cannot be is no reason to show nothing', () => {
  expect(decoded('a%20b%2Fc')).toBe('a b/c');
  expect(decoded('100%')).toBe('100%');
  expect(decoded('%E0%A4%A')).toBe('%E0%A4%A');
});
