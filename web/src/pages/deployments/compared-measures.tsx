import { plural } from '../../format/numbers';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { link } from '../../routing/route';
import { comparedLines } from './comparison';
import type { Compared, ComparedLine, Comparison, Measured } from './comparison';

const Side = ({
  measured,
  line,
  index,
  side,
}: {
  readonly measured: Measured | undefined;
  readonly line: ComparedLine;
  readonly index: number;
  readonly side: Compared;
}) => {
  if (measured === undefined) return null;
  const { text, title, sample, isSmallSample } = measured;
  const isFew = isSmallSample && sample > 0;
  const events = link('events', null, { types: line.types, deployments: side.deploymentId });
  return (
    <span class="compared">
      <span class={line.better === index ? 'compared__better' : ''} title={title}>
        {text}
        {line.better === index && <span class="unseen"> (better)</span>}
      </span>
      <a class={isFew ? 'compared__small' : ''} href={events}>
        {isFew && 'only '}
        {plural(sample, ...line.counts)}
      </a>
    </span>
  );
};

const columnsOf = ({ deployments }: Comparison): Column<ComparedLine>[] => [
  { heading: 'Measure', cell: ({ label }) => label, isName: true },
  ...deployments.map((side, index) => ({
    heading: side.deploymentId,
    isNumeric: true,
    isVerbatim: true,
    cell: (line: ComparedLine) => (
      <Side measured={line.sides[index]} line={line} index={index} side={side} />
    ),
  })),
];

/** Each measure of both, with the count that it rests on. */
export const ComparedMeasures = ({ comparison }: { readonly comparison: Comparison }) => (
  <DataTable
    caption="Measures side by side"
    columns={columnsOf(comparison)}
    rows={comparedLines(comparison)}
    keyOf={({ label }) => label}
  />
);
