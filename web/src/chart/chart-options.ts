import uPlot from 'uplot';
import { chartInk } from './palette';

interface Looks {
  readonly kind: 'bars' | 'lines';
  readonly width: number;
  readonly height: number;
  readonly colours: readonly string[];
  readonly format: (value: number) => string;
  readonly onPoint: (index: number | null) => void;
}

const dayText = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(5, 10);
const dayWidth = 86_400;

const font = '11px system-ui, sans-serif';

/** How the library is to draw figures by day. */
export const optionsOf = ({ kind, width, height, colours, format, onPoint }: Looks) => {
  const { text, line } = chartInk();
  const axis = { stroke: text, font, ticks: { show: false }, grid: { stroke: line, width: 1 } };
  const bars = uPlot.paths.bars?.({ size: [0.7, 40] });
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false }, points: { show: false } },
    scales: {
      x: { time: false, range: (_, min, max) => [min - dayWidth / 2, max + dayWidth / 2] },
      y: { range: (_, _min, max) => [0, max === 0 ? 1 : max * 1.08] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_, splits) => splits.map(dayText),
        incrs: [1, 2, 7, 14, 28, 91].map((days) => days * dayWidth),
        space: 46,
        size: 28,
      },
      { ...axis, values: (_, splits) => splits.map(format), size: 56, space: 36 },
    ],
    series: [
      {},
      ...colours.map((colour, index) => ({
        stroke: colour,
        points: { show: kind === 'lines', size: 5, fill: colour },
        ...(kind === 'bars' && bars !== undefined
          ? { fill: colour, width: 0, paths: bars }
          : { width: 2, ...(index > 0 ? { dash: [6, 5] } : {}) }), // one may lie on another
      })),
    ],
    hooks: {
      setCursor: [
        (plot) => {
          onPoint(plot.cursor.idx ?? null);
        },
      ],
    },
  } satisfies uPlot.Options;
};
