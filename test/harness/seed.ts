/*
 * Chance that can be repeated: every run prints the seed it drew, and SEED=<number> brings it back.
 */

/** A source of chance with a fixed course. */
export interface Chance {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number, at least `from` and at most `to`. */
  between(from: number, to: number): number;
  oneOf<T>(choices: readonly T[]): T;
}

/** Mulberry32 (T. Ettinger, public domain). */
export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  const oneOf = <T>(choices: readonly T[]): T => choices[between(0, choices.length - 1)] as T;
  return { next, between, oneOf };
};

/** The seed of this run: SEED of the environment, else a new one; printed either way. */
export const seedOf = (suite: string): number => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  if (!Number.isInteger(seed)) throw new Error('SEED is a whole number');
  process.stderr.write(`${suite}: SEED=${String(seed)}\n`);
  return seed;
};
