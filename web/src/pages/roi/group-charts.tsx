import { useMemo } from 'preact/hooks';
import type { RoiTotalsRow } from '../../api/rows';
import type { Answer } from '../../api/use-answer';
import { DayChart } from '../../chart/day-chart';
import { inHours, usd } from '../../format/numbers';
import { Answered } from '../../parts/answered';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import type { Rows } from '../../time/use-at-moment';
import type { Group } from './roi-question';
import { seriesByDay } from './series-by-day';

interface Chart {
  readonly days: readonly string[];
  readonly group: Group;
  readonly label: string;
  readonly valueOf: (row: RoiTotalsRow) => number;
  readonly format: (value: number) => string;
}

const Bars = ({
  rows,
  chart,
}: {
  readonly rows: readonly RoiTotalsRow[];
  readonly chart: Chart;
}) => {
  const { days, group, label, valueOf, format } = chart;
  const series = useMemo(
    () => seriesByDay(rows, days, (row) => row[group] ?? '', valueOf),
    [rows, days, group, valueOf],
  );
  if (series.length === 0) return <Empty>No call was recorded in these days.</Empty>;
  return <DayChart {...{ label, days, series, kind: 'bars', format }} />;
};

const costOf = ({ costUsd }: RoiTotalsRow): number => costUsd;
const hoursOf = ({ humanHours }: RoiTotalsRow): number => humanHours;

interface Properties extends Pick<Chart, 'days' | 'group'> {
  readonly answer: Answer<Rows<RoiTotalsRow>>;
}

/** Cost and hours by day, told apart by the group. */
export const GroupCharts = ({ answer, days, group }: Properties) => {
  const isCut = typeof answer.data?.next === 'string';
  const note = isCut ? 'the last 1,000 rows; choose fewer days' : 'days of UTC';
  const charts = [
    { title: `Cost by day and ${group}`, unit: 'USD as billed', valueOf: costOf, format: usd },
    { title: `Human hours by day and ${group}`, unit: 'hours', valueOf: hoursOf, format: inHours },
  ] as const;
  return (
    <>
      {charts.map(({ title, unit, valueOf, format }) => (
        <Panel key={unit} title={title} note={`${unit}, ${note}`}>
          <Answered answer={answer} lines={6}>
            {({ rows }) => (
              <Bars
                rows={rows}
                chart={{ days, group, valueOf, format, label: `${title}, as in the table below` }}
              />
            )}
          </Answered>
        </Panel>
      ))}
    </>
  );
};
