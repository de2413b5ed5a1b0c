import type { RoiTotalsRow } from '../../api/rows';

type Summed = Pick<
  RoiTotalsRow,
  'calls' | 'unpricedCalls' | 'costNanoUsd' | 'repricedNanoUsd' | 'humanHours' | 'humanCostUsd'
>;

/** Rows added up; the multiplier is a ratio of sums, null where nothing was paid. */
export const sumOfRows = (rows: readonly Summed[]) => {
  const exact = (name: 'calls' | 'unpricedCalls' | 'costNanoUsd' | 'repricedNanoUsd'): bigint =>
    rows.reduce((sum, row) => sum + BigInt(row[name]), 0n);
  const humanCostUsd = rows.reduce((sum, row) => sum + row.humanCostUsd, 0);
  const cost = exact('costNanoUsd');
  return {
    calls: exact('calls'),
    unpricedCalls: exact('unpricedCalls'),
    costNanoUsd: String(cost),
    repricedNanoUsd: String(exact('repricedNanoUsd')),
    humanHours: rows.reduce((sum, row) => sum + row.humanHours, 0),
    humanCostUsd,
    multiplier: cost === 0n ? null : humanCostUsd / (Number(cost) / 1e9),
  };
};
