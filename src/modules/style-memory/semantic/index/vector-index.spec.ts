import { rounded } from './rounded-vector';
import { VectorIndex } from './vector-index';

const dimensions = 96; // not a multiple of what a code is padded to

/** A unit vector, from a generator that always gives the same. */
const vectors = (count: number, seed: number): Float32Array[] => {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return Array.from({ length: count }, () => {
    const vector = Float32Array.from({ length: dimensions }, () => next() + next() + next());
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
};

const product = (left: Float32Array, right: Float32Array): number =>
  left.reduce((sum, value, index) => sum + value * right[index]!, 0);

const byHand = (query: Float32Array, all: ReadonlyMap<string, Float32Array[]>, limit: number) =>
  [...all]
    .map(([contentHash, parts]) => ({
      contentHash,
      cosine: Math.max(...parts.map((part) => product(query, part))),
    }))
    .sort((left, right) => right.cosine - left.cosine)
    .slice(0, limit);

const filled = (paragraphs: number, partsEach: number) => {
  const index = new VectorIndex(dimensions);
  const all = new Map<string, Float32Array[]>();
  for (let number = 0; number < paragraphs; number += 1) {
    const parts = vectors(partsEach, number + 1);
    all.set(`p${String(number)}`, parts);
    index.put(`p${String(number)}`, rounded(parts));
  }
  return { index, all };
};

const [query] = vectors(1, 4_711) as [Float32Array];

describe('the index of vectors', () => {
  it('finds nothing in nothing', () => {
    expect(new VectorIndex(dimensions).search(query, 3)).toEqual([]);
  });

  it('finds the nearest paragraphs by their nearest part, as looking at all of them does', () => {
    const { index, all } = filled(120, 3);
    const expected = byHand(query, all, 10);
    const found = index.search(query, 10);
    expect(found[0]!.contentHash).toBe(expected[0]!.contentHash);
    for (const [place, { cosine }] of found.entries()) {
      expect(cosine).toBeCloseTo(expected[place]!.cosine, 2);
    }
  });

  it('finds a vector again among ten thousand', () => {
    const { index, all } = filled(5_000, 2);
    for (const name of ['p0', 'p17', 'p4999']) {
      expect(index.search(all.get(name)![1]!, 1)).toEqual([
        { contentHash: name, cosine: expect.closeTo(1, 2) },
      ]);
    }
  });

  it('does not find what was taken out, and loses nothing else', () => {
    const { index, all } = filled(300, 2);
    for (let number = 0; number < 300; number += 2) {
      index.remove(`p${String(number)}`);
      all.delete(`p${String(number)}`);
    }
    expect(index.size).toBe(150);
    const found = index.search(query, 150).map(({ contentHash }) => contentHash);
    expect(found.sort()).toEqual([...all.keys()].sort());
    expect(index.search(query, 5)[0]!.cosine).toBeCloseTo(byHand(query, all, 1)[0]!.cosine, 2);
  });

  it('keeps only the last of what is put under one name', () => {
    const { index } = filled(10, 2);
    index.put('p3', rounded([query]));
    expect(index.size).toBe(10);
    expect(index.search(query, 1)[0]!.contentHash).toBe('p3');
    expect(index.score(query, ['p3', 'nobody', 'p4'])).toEqual([
      { contentHash: 'p3', cosine: expect.closeTo(1, 2) },
      { contentHash: 'p4', cosine: expect.any(Number) },
    ]);
  });

  it('keeps a paragraph without a vector, and never finds it', () => {
    const { index } = filled(3, 1);
    index.put('empty', new Int8Array(0));
    expect(index.size).toBe(4);
    expect(index.search(query, 10)).toHaveLength(3);
  });
});
