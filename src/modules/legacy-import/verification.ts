import type { ApiClient } from '../cli/api-client';
import { Failure } from '../cli/verb';
import { checkExecutions } from './check-executions';
import { checkTotals } from './check-totals';
import type { IdentifiedExecution } from './execution-ids';
import { isoOf } from './legacy-time';
import type { Difference } from './read-model-sums';
import { returnOf } from './return-on-investment';
import type { ReturnOnInvestment } from './return-on-investment';
import type { Sent } from './sending';

/** What the read models say of what was imported. */
export interface Verification {
  readonly position: string;
  readonly executions: number;
  readonly differences: readonly Difference[];
  readonly roi: ReturnOnInvestment | null;
  /** Why they could not be asked to the end; what was imported is recorded all the same. */
  readonly failure: string | null;
}

/** Whether they could be asked, and say what the log does. */
export const agrees = ({ failure, differences }: Verification): boolean =>
  failure === null && differences.length === 0;

/** The span of time that holds everything of some executions, as `from` and `to` of a query. */
const spanOf = (executions: readonly IdentifiedExecution[]): Record<'from' | 'to', string> => {
  let first = Infinity;
  let last = -Infinity;
  for (const { entry } of executions) {
    for (const at of [entry.startedAt, ...entry.calls.map((call) => call.at)]) {
      first = Math.min(first, at);
      last = Math.max(last, at);
    }
  }
  return { from: isoOf(first), to: isoOf(last + 1) };
};

/**
 * Asks the read models for the executions that were imported whole, once they have come to the last
 * position of the import, and compares every figure: each execution by itself, and the sums by day,
 * agent and model. Null where none was imported whole.
 */
export const verify = async (
  client: ApiClient,
  executions: readonly IdentifiedExecution[],
  { position, refusals }: Sent,
): Promise<Verification | null> => {
  const refused = new Set(refusals.map(({ executionId }) => executionId));
  const whole = executions.filter(({ executionId }) => !refused.has(executionId));
  if (whole.length === 0) return null;
  const asking = { client, query: { ...spanOf(whole), minPosition: String(position) } };
  const verification = { position: String(position), executions: whole.length };
  try {
    const inExecutions = await checkExecutions(asking, whole);
    const differences = [...inExecutions, ...(await checkTotals(asking, whole))];
    const roi = await returnOf(asking, whole);
    return { ...verification, differences, roi, failure: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...verification, differences: [], roi: null, failure: error.message };
  }
};
