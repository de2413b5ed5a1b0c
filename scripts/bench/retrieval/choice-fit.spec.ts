import { fitChoices } from './choice-fit';
import type { Choice } from './choice-fit';

/** Between options on a grid, each the right one as often as the constants say. */
const choicesOf = ([one = 0, other = 0]: readonly number[]): Choice[] => {
  const options = Array.from({ length: 9 }, (_, index) => [index % 3, Math.floor(index / 3) / 2]);
  const powers = options.map(([x = 0, y = 0]) => Math.exp(one * x + other * y));
  const all = powers.reduce((sum, power) => sum + power, 0);
  return options.map((right, index) => ({
    right,
    wrong: options.filter((option) => option !== right),
    weight: (1_000 * (powers[index] ?? 0)) / all,
  }));
};

describe('fitting choices', () => {
  it.each([[[1, 2]], [[4, 0.5]], [[-2, 3]]])('finds the constants %j again', (constants) => {
    const found = fitChoices(choicesOf(constants));
    for (const [index, constant] of constants.entries()) {
      expect(found[index]).toBeCloseTo(constant, 1);
    }
  });

  it('stays finite where the right option always has most', () => {
    const [slope] = fitChoices([{ right: [3], wrong: [[0], [1], [2]], weight: 1 }]);
    expect(Number.isFinite(slope)).toBe(true);
    expect(slope).toBeGreaterThan(0);
  });

  it('does not mind choices that are none', () => {
    const choices = choicesOf([1, 2]);
    const none = { right: [5, 5], wrong: [], weight: 1_000 };
    for (const [index, constant] of fitChoices([...choices, none]).entries()) {
      expect(constant).toBeCloseTo(fitChoices(choices)[index] ?? Number.NaN);
    }
  });
});
