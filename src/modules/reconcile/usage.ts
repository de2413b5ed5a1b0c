/** What is counted of model calls; costs are nano-dollars. */
export const measures = ['calls', 'inputTokens', 'outputTokens', 'tokens', 'costNanoUsd'] as const;
export type Measure = (typeof measures)[number];

/** Sums by measure; a side that does not tell a measure has none of it. */
export type Figures = Readonly<Partial<Record<Measure, bigint>>>;

/** What one model was used on one UTC day. */
export interface Usage {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly model: string;
  readonly figures: Figures;
  /** Calls of the ledger whose cost nobody knows. */
  readonly unpricedCalls: bigint;
  /** The part of the ledger's cost that went into void work, whose calls and tokens it no longer counts. */
  readonly sunkNanoUsd: bigint;
}

/** The sums of both; a measure that either lacks is lacking, and `null` is nothing yet. */
export const addFigures = (left: Figures | null, right: Figures): Figures => {
  if (left === null) return right;
  const sums = measures.flatMap((measure) => {
    const [one, other] = [left[measure], right[measure]];
    return one === undefined || other === undefined ? [] : [[measure, one + other] as const];
  });
  return Object.fromEntries(sums);
};
