/** What is known of a case, and whether it turned out right. */
export interface Case {
  readonly features: readonly number[];
  readonly right: boolean;
  /** How much it counts. */
  readonly weight: number;
}

const rounds = 50;

/** Keeps constants finite where cases can be told apart without a fault. */
const ridge = 1e-3;

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

/**
 * The constants of `P(right) = 1 / (1 + exp(-(c0 + c1 * feature1 + ...)))` that make the cases most
 * likely: logistic regression by Newton's method (Platt 1999 for one feature, with his smoothed
 * targets, so that few cases do not make anything certain).
 */
export const fitLogistic = (cases: readonly Case[]): number[] => {
  const total = (right: boolean): number =>
    cases.reduce((sum, one) => sum + (one.right === right ? one.weight : 0), 0);
  const [rightTarget, wrongTarget] = [
    (total(true) + 1) / (total(true) + 2),
    1 / (total(false) + 2),
  ];
  const size = (cases[0]?.features.length ?? 0) + 1;
  let constants = new Array<number>(size).fill(0);
  for (let round = 0; round < rounds; round += 1) {
    const gradient = constants.map((constant) => -ridge * constant);
    const curvature = constants.map((_, i) =>
      constants.map((__, j): number => (i === j ? ridge : 0)),
    );
    for (const { features, right, weight } of cases) {
      const inputs = [1, ...features];
      const sum = inputs.reduce((all, input, index) => all + input * (constants[index] ?? 0), 0);
      const probability = 1 / (1 + Math.exp(-sum));
      const error = weight * ((right ? rightTarget : wrongTarget) - probability);
      const spread = weight * probability * (1 - probability);
      for (const [i, one] of inputs.entries()) {
        gradient[i] = (gradient[i] ?? 0) + error * one;
        const row = curvature[i] ?? [];
        for (const [j, other] of inputs.entries()) row[j] = (row[j] ?? 0) + spread * one * other;
      }
    }
    const step = solve(curvature, gradient);
    constants = constants.map((constant, index) => constant + (step[index] ?? 0));
  }
  return constants;
};
