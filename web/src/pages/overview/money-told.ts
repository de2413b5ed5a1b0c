import type { RoiTotalsRow } from '../../api/rows';
import { decimal, none, plural, times, usd } from '../../format/numbers';

type Money = Pick<RoiTotalsRow, 'costUsd' | 'calls' | 'humanHours' | 'humanCostUsd' | 'multiplier'>;

const nothing: Money = { costUsd: 0, calls: '0', humanHours: 0, humanCostUsd: 0, multiplier: null };

interface Asked {
  readonly data: { readonly rows: readonly Money[] } | undefined;
  readonly isStale: boolean;
}

/** The money of a day in words. A day without a row cost nothing; of one that is not answered yet nothing is said. */
export const moneyTold = ({ data, isStale }: Asked) => {
  if (data === undefined || isStale) {
    const unknown = 'not known yet';
    return { cost: none, calls: unknown, hours: none, worth: unknown, multiplier: none };
  }
  const [row = nothing] = data.rows;
  return {
    cost: usd(row.costUsd),
    calls: `USD, ${plural(row.calls, 'call')}`,
    hours: decimal(row.humanHours),
    worth: `worth ${usd(row.humanCostUsd)}`,
    multiplier: times(row.multiplier),
  };
};
