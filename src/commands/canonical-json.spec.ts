import fc from 'fast-check';
import { canonicalJson } from './canonical-json';

test('names are in order, whatever the order they came in', () => {
  expect(canonicalJson({ b: [1, 'x', null], e: 0, a: { d: true, c: -0.5 } })).toBe(
    '{"a":{"c":-0.5,"d":true},"b":[1,"x",null],"e":0}',
  );
});

test('the text reads back as the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const plain = JSON.parse(JSON.stringify(value)) as Parameters<typeof canonicalJson>[0];
      expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
    }),
  );
});
