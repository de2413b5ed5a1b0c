import { useMemo } from 'preact/hooks';
import type { RoiTotalsRow } from '../../api/rows';
import type { Answer } from '../../api/use-answer';
import { DayChart } from '../../chart/day-chart';
import type { Series } from '../../chart/series';
import { times, usd, usdOfNano } from '../../format/numbers';
import { Answered } from '../../parts/answered';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import type { Rows } from '../../time/use-at-moment';

const byDay = (
  rows: readonly RoiTotalsRow[],
  days: readonly string[],
  valueOf: (row: RoiTotalsRow) => number,
): number[] => {
  const found = new Map(rows.map((row) => [row.day, valueOf(row)]));
  return days.map((day) => found.get(day) ?? 0);
};

interface Charts {
  readonly rows: readonly RoiTotalsRow[];
  readonly days: readonly string[];
}

const Billed = ({ rows, days }: Charts) => {
  const series = useMemo(
    (): Series[] => [
      { label: 'as billed', values: byDay(rows, days, (row) => usdOfNano(row.costNanoUsd)) },
      { label: 'as repriced', values: byDay(rows, days, (row) => usdOfNano(row.repricedNanoUsd)) },
    ],
    [rows, days],
  );
  const label = 'Cost by day, as billed and as repriced';
  return <DayChart {...{ label, days, series, kind: 'lines', format: usd }} />;
};

const Multiplier = ({ rows, days }: Charts) => {
  // Of a day without cost there is none: it is no zero.
  const series = useMemo((): Series[] => {
    const found = new Map(rows.map(({ day, multiplier }) => [day, multiplier]));
    return [{ label: 'multiplier', values: days.map((day) => found.get(day) ?? null) }];
  }, [rows, days]);
  if (rows.every(({ multiplier }) => multiplier === null)) {
    return <Empty>Nothing was paid in these days, so there is no multiplier.</Empty>;
  }
  const label = 'Multiplier by day';
  return <DayChart {...{ label, days, series, kind: 'lines', format: times }} />;
};

/** What was billed beside what it would cost by later prices; and what came of it. */
export const RepricedPanel = ({
  answer,
  days,
}: {
  readonly answer: Answer<Rows<RoiTotalsRow>>;
  readonly days: readonly string[];
}) => (
  <>
    <Panel title="As billed and as repriced" note="USD, days of UTC">
      <Answered answer={answer} lines={6}>
        {({ rows }) => <Billed rows={rows} days={days} />}
      </Answered>
    </Panel>
    <Panel title="Multiplier by day" note="human cost by model cost">
      <Answered answer={answer} lines={6}>
        {({ rows }) => <Multiplier rows={rows} days={days} />}
      </Answered>
    </Panel>
  </>
);
