import fc from 'fast-check';
import { informationOf, queryOf, readingsOf } from './information';

const known = (word: string, texts: number) => ({ word, texts });

describe('the information of a word', () => {
  test('is the greater the fewer texts have it', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), (size, texts) => {
        const some = Math.min(size, texts);
        expect(informationOf(some, size)).toBeGreaterThan(0);
        if (some > 0) {
          expect(informationOf(some - 1, size)).toBeGreaterThan(informationOf(some, size));
        }
      }),
    );
  });

  test('is as published, by one reckoned by hand: ln(1 + (100 - 10 + 0.5) / (10 + 0.5))', () => {
    expect(informationOf(10, 100)).toBeCloseTo(2.2637, 4);
  });
});

describe('a query', () => {
  test('begins with the words that tell most, and asks for all of them', () => {
    const query = queryOf([known('common', 90), known('rare', 2)], new Map(), 100);
    expect(query.terms.map(({ word }) => word)).toEqual(['rare', 'common']);
    expect(query.asked).toBeCloseTo(informationOf(2, 100) + informationOf(90, 100));
    expect(query.asked).toBeCloseTo(query.terms.reduce((sum, { worth }) => sum + worth, 0));
  });

  test('of no words asks for nothing', () => {
    expect(queryOf([], new Map(), 100)).toEqual({ terms: [], asked: 0 });
  });

  test('looks for the nearest word in place of a misspelled one, which is worth less', () => {
    const nearest = new Map([['pipline', { ...known('pipelin', 5), likeness: 0.5 }]]);
    const { terms, asked } = queryOf([known('pipline', 0)], nearest, 100);
    expect(terms).toEqual([{ ...known('pipelin', 5), worth: informationOf(5, 100) * 0.5 }]);
    expect(asked).toBeCloseTo(informationOf(5, 100));
  });

  test('counts a word that is like no other in the whole, and does not look for it', () => {
    const { terms, asked } = queryOf([known('zq', 0), known('rare', 2)], new Map(), 100);
    expect(terms.map(({ word }) => word)).toEqual(['rare']);
    expect(asked).toBeCloseTo(informationOf(0, 100) + informationOf(2, 100));
  });

  test('that has a word rightly and wrongly spelled looks for it once', () => {
    const nearest = new Map([['pipline', { ...known('pipelin', 5), likeness: 0.5 }]]);
    const { terms } = queryOf([known('pipline', 0), known('pipelin', 5)], nearest, 100);
    expect(terms).toEqual([{ ...known('pipelin', 5), worth: informationOf(5, 100) }]);
  });

  test('however long leaves out what tells least', () => {
    const words = Array.from({ length: 100 }, (_, index) => known(`w${String(index)}`, index + 1));
    const { terms } = queryOf(words, new Map(), 1_000);
    expect(terms).toHaveLength(64);
    expect(terms.at(-1)?.word).toBe('w63');
  });
});

describe('what a search reads', () => {
  const readings = { all: 100, inPart: 10 };
  const words = fc.array(fc.record({ texts: fc.nat(300) }), { maxLength: 64 });

  test('is all of the rarest words, and the best few of those that are too frequent', () => {
    const texts = [3, 40, 80, 50, 200, 300].map((count) => ({ texts: count }));
    expect(readingsOf(texts, readings)).toEqual([3, 40, 10, 10, 10, 10]);
  });

  test('is never more than may be read, nor than there is', () => {
    fc.assert(
      fc.property(words, (terms) => {
        const found = readingsOf(terms, readings);
        expect(found).toHaveLength(terms.length);
        expect(found.reduce((sum, reading) => sum + reading, 0)).toBeLessThanOrEqual(100);
        expect(found.every((reading, index) => reading <= (terms[index]?.texts ?? 0))).toBe(true);
      }),
    );
  });
});
