import { fitLogistic } from './logistic-fit';
import type { Case } from './logistic-fit';

/** Cases as often right as the constants say. */
const casesOf = (constants: readonly number[]): Case[] =>
  Array.from({ length: 441 }, (_, index) => {
    const features = [(index % 21) / 10 - 1, Math.floor(index / 21) / 10 - 1];
    const [bias = 0, one = 0, other = 0] = constants;
    const sum = bias + one * features[0]! + other * features[1]!;
    return { features, probability: 1 / (1 + Math.exp(-sum)) };
  }).flatMap(({ features, probability }) => [
    { features, right: true, weight: 100 * probability },
    { features, right: false, weight: 100 * (1 - probability) },
  ]);

describe('fitting a logistic curve', () => {
  it.each([[[0, 1, 2]], [[-3, 4, 0.5]], [[1, -2, 3]]])(
    'finds the constants %j again',
    (constants) => {
      const found = fitLogistic(casesOf(constants));
      for (const [index, constant] of constants.entries()) {
        expect(found[index]).toBeCloseTo(constant, 1);
      }
    },
  );

  it('stays finite where cases can be told apart without a fault', () => {
    const cases = [0, 1, 2, 3].map((value) => ({ features: [value], right: value > 1, weight: 1 }));
    const [bias, slope] = fitLogistic(cases);
    expect(Number.isFinite(bias)).toBe(true);
    expect(slope).toBeGreaterThan(0);
  });
});
