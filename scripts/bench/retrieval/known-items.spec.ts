import { distortions, knownItems, knownParagraphs } from './known-items';

const paragraphs = knownParagraphs(500, 1);

describe('known items', () => {
  it('are the same for the same seeds, and no paragraph comes twice', () => {
    expect(knownParagraphs(500, 1)).toEqual(paragraphs);
    expect(knownItems(paragraphs, 5, 2)).toEqual(knownItems(paragraphs, 5, 2));
    expect(new Set(paragraphs).size).toBe(500);
  });

  it('are long enough to be indexed', () => {
    expect(Math.min(...paragraphs.map(({ length }) => length))).toBeGreaterThan(50);
  });

  it('ask in each way as often', () => {
    const items = knownItems(paragraphs, 7, 2);
    for (const distortion of distortions) {
      expect(items.filter((item) => item.distortion === distortion)).toHaveLength(7);
    }
  });

  it('are fragments of the paragraph that answers', () => {
    for (const { question, answer, distortion } of knownItems(paragraphs, 20, 3)) {
      const words = paragraphs[answer]!.toLowerCase().match(/[a-z]+/g)!;
      const kept = question.split(' ').filter((word) => words.includes(word));
      if (distortion === 'fragment') expect(words.join(' ')).toContain(question);
      if (distortion === 'shuffled') expect(kept).toHaveLength(8);
      if (distortion === 'inflected' || distortion === 'misspelled') {
        expect(kept.length).toBeLessThanOrEqual(8);
      }
    }
  });
});
