/** Provisional. */
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
export const lexicalScore = (share: number): number => logistic(10 * (share - 0.5));
export const semanticScore = (cosine: number): number => logistic(14 * (cosine - 0.45));
export const combined = (lexical: number | null, semantic: number | null): number =>
  1 - (1 - (lexical ?? 0)) * (1 - (semantic ?? 0));
