import { z } from 'zod';
import { hoursOf } from '../../events/hours';
import { usdOf } from '../../events/money';
import { multiplierOf } from '../../projections/roi';
import type { IdentifiedExecution } from './execution-ids';
import type { Asking } from './read-model-sums';

const path = '/v1/projections/roi-executions';

const row = z.object({
  executionId: z.string(),
  costNanoUsd: z.string().transform(BigInt),
  humanMicroHours: z.string().transform(BigInt),
  humanCostNanoUsd: z.string().transform(BigInt),
});

/** What people would have cost in place of the imported executions, against what the models did. */
export interface ReturnOnInvestment {
  readonly humanHours: number;
  readonly humanCostUsd: number;
  readonly costUsd: number;
  /** Sum of human cost by sum of model cost; null where the models cost nothing. */
  readonly multiplier: number | null;
}

/** The sums over the rows of `executions` in `roi-executions`. */
export const returnOf = async (
  { client, query }: Asking,
  executions: readonly IdentifiedExecution[],
): Promise<ReturnOnInvestment> => {
  const own = new Set(executions.map(({ executionId }) => executionId));
  let [cost, microHours, humanCost] = [0n, 0n, 0n];
  for await (const found of client.rows(path, query, row)) {
    if (!own.has(found.executionId)) continue;
    cost += found.costNanoUsd;
    microHours += found.humanMicroHours;
    humanCost += found.humanCostNanoUsd;
  }
  return {
    humanHours: hoursOf(microHours),
    humanCostUsd: usdOf(humanCost),
    costUsd: usdOf(cost),
    multiplier: multiplierOf(humanCost, cost),
  };
};
