/** One of several options is the right one. */
export interface Choice {
  /** What is known of the right one. */
  readonly right: readonly number[];
  /** The same of the others. */
  readonly wrong: readonly (readonly number[])[];
  /** How much it counts. */
  readonly weight: number;
}

const rounds = 50;

/** Keeps constants finite where the right option is always the one that has most. */
const ridge = 1e-3;

/** Far from the optimum the curvature says little of how far it is. */
const stepAtMost = 5;

const sumOf = (constants: readonly number[], features: readonly number[]): number =>
  features.reduce((sum, feature, index) => sum + feature * (constants[index] ?? 0), 0);

/** Solves `matrix * x = vector`, by elimination with pivots. */
const solve = (matrix: readonly (readonly number[])[], vector: readonly number[]): number[] => {
  const rows = matrix.map((row, index) => [...row, vector[index] ?? 0]);
  const size = vector.length;
  for (let column = 0; column < size; column += 1) {
    const rest = rows
      .slice(column)
      .sort((a, b) => Math.abs(b[column] ?? 0) - Math.abs(a[column] ?? 0));
    rows.splice(column, rest.length, ...rest);
    const pivot = rows[column] ?? [];
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1);
      for (let index = column; index <= size; index += 1) {
        row[index] = (row[index] ?? 0) - factor * (pivot[index] ?? 0);
      }
    }
  }
  return rows.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
};

/** How likely each option is to be chosen. */
const sharesOf = (constants: readonly number[], options: readonly (readonly number[])[]) => {
  const sums = options.map((features) => sumOf(constants, features));
  const most = Math.max(...sums);
  const powers = sums.map((sum) => Math.exp(sum - most));
  const all = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / all);
};

/**
 * The constants for which the right options are most likely to be chosen, where an option is chosen in
 * proportion to `exp(c1 * feature1 + c2 * feature2 + ...)`: conditional logit, by Newton's method
 * (D. McFadden, "Conditional logit analysis of qualitative choice behavior", 1974).
 */
export const fitChoices = (choices: readonly Choice[]): number[] => {
  let constants = (choices[0]?.right ?? []).map(() => 0);
  for (let round = 0; round < rounds; round += 1) {
    const gradient = constants.map((constant) => -ridge * constant);
    const curvature = constants.map((_, i) =>
      constants.map((__, j): number => (i === j ? ridge : 0)),
    );
    for (const { right, wrong, weight } of choices) {
      const options = [right, ...wrong];
      const shares = sharesOf(constants, options);
      const mean = constants.map((_, i) =>
        options.reduce((sum, option, place) => sum + (shares[place] ?? 0) * (option[i] ?? 0), 0),
      );
      for (const i of constants.keys()) {
        gradient[i] = (gradient[i] ?? 0) + weight * ((right[i] ?? 0) - (mean[i] ?? 0));
        const row = curvature[i] ?? [];
        for (const [place, option] of options.entries()) {
          const off = weight * (shares[place] ?? 0) * ((option[i] ?? 0) - (mean[i] ?? 0));
          for (const j of constants.keys()) {
            row[j] = (row[j] ?? 0) + off * ((option[j] ?? 0) - (mean[j] ?? 0));
          }
        }
      }
    }
    const step = solve(curvature, gradient);
    const shrink = Math.min(1, stepAtMost / Math.max(...step.map(Math.abs)));
    constants = constants.map((constant, index) => constant + shrink * (step[index] ?? 0));
  }
  return constants;
};
