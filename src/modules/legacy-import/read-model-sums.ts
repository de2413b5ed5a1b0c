import { z } from 'zod';
import type { ApiClient } from '../cli/api-client';
import type { Tally } from './tally';

/** A figure of a read model that is not what the log says. */
export interface Difference {
  /** Which row of which read model. */
  readonly row: string;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** Whom to ask, and for which span of time and position. */
export interface Asking {
  readonly client: ApiClient;
  readonly query: Readonly<Record<string, string>>;
}

/**
 * The sums that both read models have, by the names of their columns. Calls without a price are none of
 * them: what the log has no cost of may be priced by the book, at once or by a repricing.
 */
export const sumColumns = {
  calls: z.coerce.bigint(),
  inputTokens: z.coerce.bigint(),
  outputTokens: z.coerce.bigint(),
  costNanoUsd: z.coerce.bigint(),
};

type SumColumn = keyof typeof sumColumns;
export type Sums = Readonly<Record<SumColumn, bigint>>;

export const sumNames = Object.keys(sumColumns) as readonly SumColumn[];

export const sumsOf = (tally: Tally): Sums => ({
  calls: BigInt(tally.calls),
  inputTokens: tally.inputTokens,
  outputTokens: tally.outputTokens,
  costNanoUsd: tally.costNanoUsd,
});
