import { seriesByDay } from './series-by-day';
import { sumOfRows } from './sum-of-rows';
import type { RoiTotalsRow } from '../../api/rows';

const row = (costNanoUsd: string, humanCostUsd: number) => ({
  calls: '2',
  unpricedCalls: '1',
  repricedNanoUsd: costNanoUsd,
  humanHours: 1,
  costNanoUsd,
  humanCostUsd,
});

test('the multiplier is a ratio of sums, not a mean of ratios', () => {
  expect(sumOfRows([row('1000000000', 10), row('3000000000', 10)])).toMatchObject({
    calls: 4n,
    unpricedCalls: 2n,
    costNanoUsd: '4000000000',
    humanHours: 2,
    multiplier: 5,
  });
});

test('of nothing paid there is no multiplier', () => {
  expect(sumOfRows([]).multiplier).toBeNull();
  expect(sumOfRows([row('0', 75)]).multiplier).toBeNull();
});

test('days without a row are nothing, and more than seven groups have the small ones together', () => {
  const days = ['2026-01-01', '2026-01-02'];
  const rows = Array.from({ length: 9 }, (_, index) => ({
    day: '2026-01-02',
    agent: `agent-${String(index)}`,
    costUsd: 9 - index,
  })) as unknown as RoiTotalsRow[];
  const series = seriesByDay(
    rows,
    days,
    ({ agent }) => agent!,
    ({ costUsd }) => costUsd,
  );
  expect(series).toHaveLength(7);
  expect(series[0]).toEqual({ label: 'agent-0', values: [0, 9] });
  expect(series.at(-1)).toEqual({ label: 'others', values: [0, 3 + 2 + 1] });
});
