import fc from 'fast-check';
import { combined, lexicalScore, semanticScore } from './calibration';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const cosine = fc.double({ min: -1, max: 1, noNaN: true });

const isScore = (score: number): boolean => score >= 0 && score <= 1;

describe('calibrated scores', () => {
  it('are between 0 and 1, whatever the arms say', () => {
    fc.assert(
      fc.property(fc.option(share), fc.option(cosine), (words, meaning) => {
        const lexical = words === null ? null : lexicalScore(words);
        const semantic = meaning === null ? null : semanticScore(meaning);
        expect([lexical ?? 0, semantic ?? 0, combined(lexical, semantic)].every(isScore)).toBe(
          true,
        );
      }),
    );
  });

  it('never fall when an arm finds more', () => {
    fc.assert(
      fc.property(share, share, cosine, cosine, (one, other, near, nearer) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const [farther, closer] = [Math.min(near, nearer), Math.max(near, nearer)];
        expect(lexicalScore(more)).toBeGreaterThanOrEqual(lexicalScore(less));
        expect(semanticScore(closer)).toBeGreaterThanOrEqual(semanticScore(farther));
        expect(combined(lexicalScore(more), semanticScore(closer))).toBeGreaterThanOrEqual(
          combined(lexicalScore(less), semanticScore(farther)),
        );
      }),
    );
  });

  it('are those of words alone where meaning could not be asked', () => {
    expect(combined(lexicalScore(0.8), null)).toBe(lexicalScore(0.8));
  });

  it('take what was not found by words for what shares none', () => {
    expect(combined(null, semanticScore(0.6))).toBe(combined(lexicalScore(0), semanticScore(0.6)));
  });

  it('are nothing where nothing was found', () => {
    expect(combined(null, null)).toBe(0);
  });

  it('are high where all was found, and low where next to nothing was', () => {
    expect(combined(lexicalScore(1), semanticScore(0.9))).toBeGreaterThan(0.95);
    expect(combined(lexicalScore(0.1), semanticScore(0.3))).toBeLessThan(0.1);
  });
});
