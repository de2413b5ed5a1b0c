import fc from 'fast-check';
import { PersistentMap } from './persistent-map';

const entries = fc.array(fc.tuple(fc.nat(12), fc.string()), { maxLength: 5 });

test('holds what a map holds that was changed in its place, in the same order', () => {
  fc.assert(
    fc.property(fc.array(entries), (steps) => {
      const expected = new Map<number, string>();
      let map = PersistentMap.empty<number, string>();
      for (const step of steps) {
        for (const [key, value] of step) expected.set(key, value);
        map = map.with(step);
        expect([...map]).toEqual([...expected]);
        expect(map.isEmpty).toBe(expected.size === 0);
        for (let key = 0; key <= 12; key += 1) {
          expect(map.get(key)).toBe(expected.get(key));
          expect(map.has(key)).toBe(expected.has(key));
        }
      }
    }),
  );
});

test('has what a map has that entries were taken from, too', () => {
  const step = fc.oneof(entries, fc.nat(12));
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const expected = new Map<number, string>();
      let map = PersistentMap.empty<number, string>();
      for (const one of steps) {
        if (typeof one === 'number') {
          expected.delete(one);
          map = map.without(one);
        } else {
          for (const [key, value] of one) expected.set(key, value);
          map = map.with(one);
        }
        const byKey = ([left]: readonly [number, string], [right]: readonly [number, string]) =>
          left - right;
        expect([...map].sort(byKey)).toEqual([...expected].sort(byKey));
        expect(map.isEmpty).toBe(expected.size === 0);
        for (let key = 0; key <= 12; key += 1) expect(map.get(key)).toBe(expected.get(key));
      }
    }),
  );
});

test('stays as it was when others are made of it', () => {
  const one = PersistentMap.empty<string, number>().with([['a', 1]]);
  const two = one.with([['b', 2]]);
  const other = one.with([['a', 3]]);
  expect([[...one], [...two], [...other]]).toEqual([
    [['a', 1]],
    [
      ['a', 1],
      ['b', 2],
    ],
    [['a', 3]],
  ]);
});

test('is the same where nothing comes', () => {
  const map = PersistentMap.empty<string, number>().with([['a', 1]]);
  expect(map.with([])).toBe(map);
  expect(map.without('b')).toBe(map);
});

test('copies an entry a few times, however many come one by one', () => {
  const copied = jest.spyOn(Map.prototype, 'set');
  try {
    let map = PersistentMap.empty<number, number>();
    for (let key = 0; key < 10_000; key += 1) map = map.with([[key, key]]);
    expect(copied.mock.calls.length / 10_000).toBeLessThan(15);
    expect(map.get(0)).toBe(0);
  } finally {
    copied.mockRestore();
  }
});
