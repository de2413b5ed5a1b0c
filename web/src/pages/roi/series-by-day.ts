import type { RoiTotalsRow } from '../../api/rows';
import type { Series } from '../../chart/series';

/** A chart shows that many; the smaller ones become one. */
const seriesAtMost = 7;

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** What rows by day and something else come to, as one series for each of the latter, the largest first. */
export const seriesByDay = (
  rows: readonly RoiTotalsRow[],
  days: readonly string[],
  nameOf: (row: RoiTotalsRow) => string,
  valueOf: (row: RoiTotalsRow) => number,
): Series[] => {
  const places = new Map(days.map((day, index) => [day, index]));
  const found = new Map<string, number[]>();
  for (const row of rows) {
    const place = places.get(row.day ?? '');
    if (place === undefined) continue;
    const name = nameOf(row);
    const values = found.get(name) ?? days.map(() => 0);
    values[place] = (values[place] ?? 0) + valueOf(row);
    found.set(name, values);
  }
  const series = [...found]
    .map(([label, values]) => ({ label, values }))
    .sort((left, right) => sumOf(right.values) - sumOf(left.values));
  if (series.length <= seriesAtMost) return series;
  const others = series.slice(seriesAtMost - 1);
  const values = days.map((_, day) => sumOf(others.map((one) => one.values[day] ?? 0)));
  return [...series.slice(0, seriesAtMost - 1), { label: 'others', values }];
};
