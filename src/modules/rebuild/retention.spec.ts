import { outOfTime } from './retention';
import type { Kept } from './retention';

const warm = (id: string, age: number, bytes: number): Kept => ({
  id,
  projection: 'roi-totals',
  version: 1,
  state: 'warm',
  rebuild: null,
  age,
  bytes,
});
const ids = (kept: readonly Kept[]): string[] => kept.map(({ id }) => id);

describe('generations that were live', () => {
  it('go when they have had their time', () => {
    const kept = [warm('young', 10, 1), warm('old', 2_000, 1)];
    expect(ids(outOfTime(kept, { milliseconds: 1_000, bytes: 100 }))).toEqual(['old']);
  });

  it('go when they and the younger ones take too much disk, the oldest first', () => {
    const kept = [warm('a', 1, 40), warm('b', 2, 40), warm('c', 3, 40)];
    expect(ids(outOfTime(kept, { milliseconds: 1_000, bytes: 100 }))).toEqual(['c']);
    expect(ids(outOfTime(kept, { milliseconds: 1_000, bytes: 30 }))).toEqual(['a', 'b', 'c']);
  });

  it('stay as long as there is time and room', () => {
    expect(outOfTime([warm('a', 1, 40)], { milliseconds: 1_000, bytes: 40 })).toEqual([]);
  });
});
