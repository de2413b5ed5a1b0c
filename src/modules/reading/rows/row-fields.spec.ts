import type { Projection } from '../../../projections/projection';
import { executionStatus } from '../../../projections/execution-status/execution-status.projection';
import { roiTotals } from '../../../projections/roi-totals/roi-totals.projection';
import { shownColumns } from './row-columns';
import { sortField } from './row-fields';

const faultOf = (projection: Projection, sort: string): string | undefined => {
  const field = sortField(shownColumns(projection), projection);
  return field.safeParse(sort).error?.issues[0]?.message;
};

describe('the order of rows', () => {
  it('is by columns, and by readings of them', () => {
    expect(faultOf(roiTotals, '-costUsd,day')).toBeUndefined();
    expect(faultOf(roiTotals, 'costUsd,-costNanoUsd')).toBe('costNanoUsd is named twice');
  });

  it.each([
    [roiTotals, '-multiplier'],
    [roiTotals, 'durationMs'],
    [executionStatus, 'stages'],
  ])('is not by what has none: %#', (projection, sort) => {
    expect(faultOf(projection, sort)).toMatch(
      /^\w+: has no order here; rows are sorted by .*costNanoUsd.*costUsd/,
    );
  });

  it('names what rows are sorted by, where a name is of nothing', () => {
    expect(faultOf(roiTotals, 'costUds')).toBe('costUds: unknown column, did you mean costUsd?');
    expect(faultOf(roiTotals, 'xyzzy')).toMatch(/^xyzzy: unknown column; known are .*costUsd/);
  });
});
