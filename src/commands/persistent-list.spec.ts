import { PersistentList } from './persistent-list';

interface Fact {
  readonly n: number;
}

const listOf = (...numbers: number[]): PersistentList<Fact> =>
  numbers.reduce((list, n) => list.with({ n }), PersistentList.empty<Fact>());
const numbersOf = (list: PersistentList<Fact>): number[] => [...list].map(({ n }) => n);

test('has what came, in its order', () => {
  expect(numbersOf(listOf())).toEqual([]);
  expect(numbersOf(listOf(1, 2, 3))).toEqual([1, 2, 3]);
});

test('stays as it was when others are made of it', () => {
  const one = listOf(1);
  const two = one.with({ n: 2 });
  const other = one.with({ n: 3 });
  expect([one, two, other, two.with({ n: 4 })].map(numbersOf)).toEqual([
    [1],
    [1, 2],
    [1, 3],
    [1, 2, 4],
  ]);
});

test('copies nothing when they come one by one', () => {
  const read = jest.spyOn(PersistentList.prototype, Symbol.iterator);
  try {
    let list = listOf(0);
    for (let n = 1; n < 1_000; n += 1) list = list.with({ n });
    expect(read).not.toHaveBeenCalled();
    expect(numbersOf(list)).toHaveLength(1_000);
  } finally {
    read.mockRestore();
  }
});
