/** A limit that a figure, or its ratio to a baseline, is held against. */
export interface Budget {
  readonly text: string;
  readonly holds: (figure: number) => boolean;
}

export const atLeast = (limit: number): Budget => ({
  text: `>= ${limit.toLocaleString('en', { minimumFractionDigits: 1 })} x`,
  holds: (ratio) => ratio >= limit,
});

export const atMost = (limit: number): Budget => ({
  text: `<= ${limit.toLocaleString('en', { minimumFractionDigits: 1 })} x`,
  holds: (ratio) => ratio <= limit,
});

export const lower: Budget = { text: '< 1.0 x', holds: (ratio) => ratio < 1 };

export const below = (limit: number, unit: string): Budget => ({
  text: `< ${String(limit)} ${unit}`,
  holds: (value) => value < limit,
});

export const above = (limit: number): Budget => ({
  text: `> ${String(limit)}`,
  holds: (value) => value > limit,
});

/** One line of the table. Medians, with what they are the medians of. */
export interface Row {
  readonly figure: string;
  readonly unit: string;
  readonly value: number;
  readonly samples: readonly number[];
  readonly baseline: {
    readonly name: string;
    readonly value: number;
    readonly samples: readonly number[];
  } | null;
  readonly ratio: number | null;
  /** Of the ratio where there is one, else of the value. */
  readonly spread: { readonly min: number; readonly max: number };
  readonly budget: string | null;
  readonly holds: boolean | null;
  readonly note: string | null;
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((left, right) => left - right);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error('a median of nothing');
  return (upper + lower) / 2;
};

const spreadOf = (values: readonly number[]): Row['spread'] => ({
  min: Math.min(...values),
  max: Math.max(...values),
});

interface Told {
  readonly figure: string;
  readonly unit: string;
  readonly budget?: Budget;
  readonly note?: string;
}

/** A figure on its own: one sample a run. The budget is for the median. */
export const measured = ({ figure, unit, budget, note }: Told, samples: readonly number[]): Row => {
  const value = median(samples);
  return {
    figure,
    unit,
    value,
    samples,
    baseline: null,
    ratio: null,
    spread: spreadOf(samples),
    budget: budget?.text ?? null,
    holds: budget?.holds(value) ?? null,
    note: note ?? null,
  };
};

/**
 * A figure beside its baseline: sample i of each was taken in round i, one right after the other. The
 * budget is for the median of the rounds' ratios.
 */
export const compared = (
  { figure, unit, budget, note }: Told,
  samples: readonly number[],
  baseline: { readonly name: string; readonly samples: readonly number[] },
): Row => {
  const ratios = samples.map((sample, round) => sample / (baseline.samples[round] ?? Number.NaN));
  const ratio = median(ratios);
  return {
    figure,
    unit,
    value: median(samples),
    samples,
    baseline: { ...baseline, value: median(baseline.samples) },
    ratio,
    spread: spreadOf(ratios),
    budget: budget?.text ?? null,
    holds: budget?.holds(ratio) ?? null,
    note: note ?? null,
  };
};
