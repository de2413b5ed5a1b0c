import { z } from 'zod';
import type { RecordedEvent } from '../events';
import { hoursOf } from '../events/hours';
import { usdOf } from '../events/money';
import { exactOf } from './answered';

/** Nano-dollars that a call was billed, as recorded; 0 for one without a price, which counts as such. */
export const billedOf = ({ data }: RecordedEvent<'LlmCallRecorded'>): bigint =>
  data.cost.source === 'unpriced' ? 0n : BigInt(data.cost.nanoUsd);

/** How many times over the work would have cost with people; null where it cost nothing. */
export const multiplierOf = (humanNanoUsd: bigint, costNanoUsd: bigint): number | null =>
  costNanoUsd === 0n ? null : Number((humanNanoUsd * 1_000_000n) / costNanoUsd) / 1_000_000;

/** Which exact sums `readableRoi` gives in other units. */
export const roiReadings = {
  costUsd: 'costNanoUsd',
  humanHours: 'humanMicroHours',
  humanCostUsd: 'humanCostNanoUsd',
};

/** The shape of what `readableRoi` gives. */
export const roiPresented = {
  costUsd: z.number(),
  humanHours: z.number(),
  humanCostUsd: z.number(),
  multiplier: z.number().nullable(),
};

/** The exact sums of money and hours of a row, as numbers for reading beside them. */
export const readableRoi = (
  row: Readonly<Record<string, unknown>>,
): { costUsd: number; humanHours: number; humanCostUsd: number; multiplier: number | null } => {
  const cost = exactOf(row, 'costNanoUsd');
  const humanCost = exactOf(row, 'humanCostNanoUsd');
  return {
    costUsd: usdOf(cost),
    humanHours: hoursOf(exactOf(row, 'humanMicroHours')),
    humanCostUsd: usdOf(humanCost),
    multiplier: multiplierOf(humanCost, cost),
  };
};
