import type { Asked } from './memory';
import { qualityOf, quantile, scoresOf } from './quality';
import type { Outcome } from './quality';

const asked = (answer: string | null): Asked => ({
  text: 'what?',
  kind: answer === null ? 'unrelated' : 'own text',
  answerBegins: answer,
  answer,
});

const outcome = (answer: string | null, ...found: [string, number][]): Outcome => ({
  question: asked(answer),
  found: found.map(([contentHash, score]) => ({ contentHash, score })),
});

const outcomes = [
  outcome('a', ['a', 0.9], ['b', 0.5]),
  outcome('a', ['b', 0.8], ['a', 0.6]),
  outcome('a', ['b', 0.4], ['c', 0.3], ['d', 0.2], ['a', 0.1]),
  outcome('a', ['b', 0.7]),
];

describe('the quality of a ranker', () => {
  it('is how often and how far up the answer comes', () => {
    expect(qualityOf(outcomes)).toEqual({
      recallAt1: 1 / 4,
      recallAt3: 2 / 4,
      reciprocalRank: (1 + 1 / 2 + 1 / 4) / 4,
    });
  });

  it('tells scores of right, wrong and unrelated answers apart', () => {
    expect(scoresOf([...outcomes, outcome(null, ['z', 0.2]), outcome(null)])).toEqual({
      right: [0.9, 0.6, 0.1, 0],
      wrong: [0.5, 0.8, 0.4, 0.7],
      unrelated: [0.2, 0],
    });
  });

  it('has quantiles by nearest rank', () => {
    const values = [3, 1, 2, 5, 4];
    expect([0, 0.2, 0.5, 0.9, 1].map((q) => quantile(values, q))).toEqual([1, 1, 3, 5, 5]);
  });
});
