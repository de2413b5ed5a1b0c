import fc from 'fast-check';
import { storageFaults } from './storable';

const nested = (depth: number): unknown => {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
};

test.each([
  [
    { topic: 'a\0b' },
    [{ path: 'topic', message: 'must not hold a NUL character (at character 2)' }],
  ],
  [
    { a: { b: ['ok', 'x\0'] } },
    [{ path: 'a.b.1', message: 'must not hold a NUL character (at character 2)' }],
  ],
  [
    { 'k\0': 1 },
    [{ path: 'k\0', message: 'its name must not hold a NUL character (at character 2)' }],
  ],
  [{ topic: '\ud800' }, [{ path: 'topic', message: expect.stringMatching(/half of a surrogate/) }]],
  [{ 'x\udc00': 1 }, [{ path: 'x\udc00', message: expect.stringMatching(/^its name must be/) }]],
  [
    JSON.parse('{"a": {"__proto__": 1}}'),
    [{ path: 'a.__proto__', message: expect.stringMatching(/^its name is not allowed/) }],
  ],
  ['\0', [{ path: '', message: 'must not hold a NUL character (at character 1)' }]],
])('%j cannot be stored', (value, faults) => {
  expect(storageFaults(value)).toEqual(faults);
});

test('every fault is told, wherever it is', () => {
  const paths = storageFaults({ a: '\0', b: ['\0', { c: '\ud800' }] }).map(({ path }) => path);
  expect(paths.sort()).toEqual(['a', 'b.0', 'b.1.c']);
});

test('32 levels may be stored, 33 may not', () => {
  expect(storageFaults(nested(32))).toEqual([]);
  expect(storageFaults(nested(33))).toEqual([
    { path: Array(32).fill('0').join('.'), message: 'is nested deeper than 32 levels' },
  ]);
});

test('no depth exhausts the stack', () => {
  expect(storageFaults(nested(100_000))).toHaveLength(1);
});

test('whole text and plain values can be stored', () => {
  const value = fc.jsonValue({ maxDepth: 20, stringUnit: 'grapheme' });
  fc.assert(
    fc.property(value, (json) => {
      fc.pre(!/\\u0000|__proto__/.test(JSON.stringify(json)));
      expect(storageFaults(json)).toEqual([]);
    }),
  );
});
