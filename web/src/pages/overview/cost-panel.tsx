import { useMemo } from 'preact/hooks';
import type { RoiTotalsRow } from '../../api/rows';
import { DayChart } from '../../chart/day-chart';
import { daysBefore, daysBetween } from '../../time/days';
import { usd } from '../../format/numbers';
import { after } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { momentTime } from '../../time/moment';
import { useRows } from '../../time/use-at-moment';
import { seriesByDay } from '../roi/series-by-day';

const days = 14;
const freshness = after(['LlmCallRecorded'], 2_000);

const Costs = ({ rows, to }: { readonly rows: readonly RoiTotalsRow[]; readonly to: string }) => {
  const range = useMemo(() => daysBetween(daysBefore(to, days - 1), to), [to]);
  const series = useMemo(
    () =>
      seriesByDay(
        rows,
        range,
        ({ agent }) => agent ?? '',
        (row) => row.costUsd,
      ),
    [rows, range],
  );
  if (series.length === 0) return <Empty>No call was recorded in these days.</Empty>;
  return (
    <DayChart
      label={`Model cost by day and agent over ${String(days)} days`}
      {...{ days: range, series, kind: 'bars', format: usd }}
    />
  );
};

/** Model cost of the last two weeks. */
export const CostPanel = () => {
  const to = momentTime.value?.slice(0, 10);
  const parameters =
    to === undefined
      ? null
      : { groupBy: 'day,agent', from: daysBefore(to, days - 1), sort: '-day', limit: 1_000 };
  const answer = useRows<RoiTotalsRow>('roi-totals', parameters, freshness);
  const isCut = typeof answer.data?.next === 'string';
  return (
    <Panel
      title="Model cost by day"
      note={isCut ? 'USD, days of UTC; the last 1,000 by agent' : 'USD, days of UTC'}
      actions={<a href={link('roi')}>ROI</a>}
    >
      <Answered answer={answer} lines={6}>
        {({ rows }) => <Costs rows={rows} to={to ?? ''} />}
      </Answered>
    </Panel>
  );
};
