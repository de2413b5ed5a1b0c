import fc from 'fast-check';
import { lexicalScore, logOddsOf, scoreOf, semanticScore } from './calibration';
import type { Evidence } from './calibration';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const cosine = fc.double({ min: -1, max: 1, noNaN: true });

const isScore = (score: number): boolean => score >= 0 && score <= 1;

/** As the first answer. */
const combined = (lexical: number | null, semantic: number | null, wording: number): number => {
  const logOdds = logOddsOf({ lexical, semantic, wording });
  return scoreOf(logOdds, logOdds);
};

describe('calibrated scores', () => {
  it('are between 0 and 1, whatever is known', () => {
    fc.assert(
      fc.property(fc.option(share), fc.option(cosine), share, (words, meaning, wording) => {
        const lexical = words === null ? null : lexicalScore(words);
        const semantic = meaning === null ? null : semanticScore(meaning);
        const all = [lexical ?? 0, semantic ?? 0, combined(lexical, semantic, wording)];
        expect(all.every(isScore)).toBe(true);
      }),
    );
  });

  it('never fall when more is found', () => {
    const found = fc.record({ words: share, meaning: fc.option(cosine), wording: share });
    fc.assert(
      fc.property(found, share, cosine, share, (some, words, meaning, wording) => {
        const of = (one: typeof some): Evidence => ({
          lexical: lexicalScore(one.words),
          semantic: one.meaning === null ? null : semanticScore(one.meaning),
          wording: one.wording,
        });
        const more = {
          words: Math.max(some.words, words),
          meaning: some.meaning === null ? null : Math.max(some.meaning, meaning),
          wording: Math.max(some.wording, wording),
        };
        expect(logOddsOf(of(more))).toBeGreaterThanOrEqual(logOddsOf(of(some)));
      }),
    );
  });

  it('take what was not found by words for what shares none', () => {
    const semantic = semanticScore(0.6);
    expect(combined(null, semantic, 0)).toBe(combined(lexicalScore(0), semantic, 0));
  });

  it('are high where all was found, and low where next to nothing was', () => {
    expect(combined(lexicalScore(1), semanticScore(0.9), 1)).toBeGreaterThan(0.95);
    expect(combined(lexicalScore(0.1), semanticScore(0.3), 0.1)).toBeLessThan(0.1);
    expect(combined(lexicalScore(1), null, 1)).toBeGreaterThan(0.95);
    expect(combined(lexicalScore(0.1), null, 0.1)).toBeLessThan(0.1);
  });

  it('fall with the distance from a better answer, and not for the best one', () => {
    expect(scoreOf(2, 2)).toBeCloseTo(1 / (1 + Math.exp(-2)));
    expect(scoreOf(2, 3)).toBeCloseTo(1 / (1 + Math.exp(-1)));
    expect(scoreOf(2, 9)).toBeLessThan(0.01);
  });
});
