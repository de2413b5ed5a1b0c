export interface Costs {
  readonly mean: number;
  readonly median: number;
  /** By nearest rank: 95 of 100 are not above it. */
  readonly p95: number;
}

/** How amounts lie; undefined for none. */
export const costsOf = (amounts: readonly number[]): Costs | undefined => {
  const sorted = [...amounts].sort((left, right) => left - right);
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  if (sorted.length === 0) return undefined;
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return {
    mean: sorted.reduce((sum, amount) => sum + amount, 0) / sorted.length,
    median: sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2,
    p95: rank(0.95),
  };
};
