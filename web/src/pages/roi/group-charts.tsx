import { useMemo } from 'preact/hooks';
import type { RoiTotalsRow } from '../../api/rows';
import { DayChart } from '../../chart/day-chart';
import { decimal, usd } from '../../format/numbers';
import { Panel } from '../../parts/panel';
import type { Group } from './roi-question';
import { seriesByDay } from './series-by-day';

interface Properties {
  readonly rows: readonly RoiTotalsRow[];
  readonly days: readonly string[];
  readonly group: Group;
  /** There are more rows than these. */
  readonly isCut: boolean;
}

const hours = (value: number): string => `${decimal(value)} h`;

/** Cost and hours by day, told apart by the group. */
export const GroupCharts = ({ rows, days, group, isCut }: Properties) => {
  const [costs, benefits] = useMemo(() => {
    const nameOf = (row: RoiTotalsRow): string => row[group] ?? '';
    return [
      seriesByDay(rows, days, nameOf, ({ costUsd }) => costUsd),
      seriesByDay(rows, days, nameOf, ({ humanHours }) => humanHours),
    ];
  }, [rows, days, group]);
  const note = isCut ? 'the last 1,000 rows; choose fewer days' : 'days of UTC';
  return (
    <div class="stack">
      <Panel title={`Cost by day and ${group}`} note={`USD as billed, ${note}`}>
        <DayChart
          label={`Model cost by day and ${group}, as in the table below`}
          {...{ days, series: costs, kind: 'bars', format: usd }}
        />
      </Panel>
      <Panel title={`Human hours by day and ${group}`} note={`hours, ${note}`}>
        <DayChart
          label={`Human hours by day and ${group}, as in the table below`}
          {...{ days, series: benefits, kind: 'bars', format: hours }}
        />
      </Panel>
    </div>
  );
};
