import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { none } from '../format/numbers';
import { isDark } from '../shell/theme';
import { optionsOf } from './chart-options';
import { colourOf } from './palette';
import type { Series } from './series';
import { stacked } from './stacking';

interface Properties {
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  readonly days: readonly string[];
  readonly series: readonly Series[];
  readonly kind: 'bars' | 'lines';
  readonly format: (value: number) => string;
  readonly height?: number;
}

const secondsOf = (day: string): number => Date.parse(day) / 1_000;

/** Figures by day of UTC; bars stand on one another. The legend tells the day that is pointed at. */
export const DayChart = ({ label, days, series, kind, format, height = 200 }: Properties) => {
  const place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const dark = isDark();
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const values = series.map((one) => one.values);
    // The topmost is drawn first, so that each one below covers its own part of it.
    const drawn = kind === 'bars' ? stacked(values).reverse() : values.map((one) => [...one]);
    const colours = series.map((_, index) => colourOf(index));
    const options = optionsOf({
      kind,
      format,
      height,
      width: element.clientWidth,
      colours: kind === 'bars' ? colours.reverse() : colours,
      onPoint: setAt,
    });
    const plot = new uPlot(options, [days.map(secondsOf), ...drawn], element);
    const sizes = new ResizeObserver(() => {
      plot.setSize({ width: element.clientWidth, height });
    });
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      plot.destroy();
    };
  }, [days, series, kind, format, height, dark]);
  const day = at === null ? null : days[at];
  return (
    <figure>
      <div ref={place} class="chart" role="img" aria-label={label} />
      <ul class="legend" aria-hidden="true">
        <li class="legend__at">{day ?? (kind === 'bars' ? 'all days' : days.at(-1))}</li>
        {series.map(({ label: name, values }, index) => (
          <li key={name}>
            <span class="legend__key" style={{ background: colourOf(index) }} />
            {name} <b>{told(shownOf(values, at, kind), format)}</b>
          </li>
        ))}
      </ul>
    </figure>
  );
};

const told = (value: number | null, format: (value: number) => string): string =>
  value === null ? none : format(value);

const shownOf = (
  values: Series['values'],
  at: number | null,
  kind: 'bars' | 'lines',
): number | null => {
  if (at !== null) return values[at] ?? null;
  return kind === 'bars'
    ? values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
    : (values.at(-1) ?? null);
};
