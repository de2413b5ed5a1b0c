import fc from 'fast-check';
import { wordingOf } from './wording';

const paragraph =
  'An alarm that rings every night is soon taken for furniture, and nobody gets up.';

describe('the wording of a question', () => {
  it('is all in a paragraph that quotes it, whatever stands between the words', () => {
    expect(wordingOf('taken for furniture')(paragraph)).toBe(1);
    expect(wordingOf('Taken  for FURNITURE; and')(paragraph)).toBe(1);
  });

  it('is the less in it the more its words are out of order, misspelled or others', () => {
    const inOrder = wordingOf('rings every night')(paragraph);
    const outOfOrder = wordingOf('night every rings')(paragraph);
    const misspelled = wordingOf('rings evry night')(paragraph);
    const others = wordingOf('silence at noon')(paragraph);
    expect(inOrder).toBeGreaterThan(outOfOrder);
    expect(inOrder).toBeGreaterThan(misspelled);
    expect(misspelled).toBeGreaterThan(others);
    expect(others).toBe(0);
  });

  it('is compared in whole words where it is shorter than a stretch', () => {
    expect(wordingOf('for')(paragraph)).toBe(1);
    expect(wordingOf('fur')(paragraph)).toBe(0);
  });

  it('is a share, of any text in any other', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (question, text) => {
        const share = wordingOf(question)(text);
        expect(share >= 0 && share <= 1).toBe(true);
      }),
    );
  });

  it('is all in any text that begins with it', () => {
    const questions = fc.string().map((text) => `why ${text}`);
    fc.assert(
      fc.property(questions, fc.string(), (question, text) => {
        expect(wordingOf(question)(`${question} ${text}`)).toBe(1);
      }),
    );
  });
});
