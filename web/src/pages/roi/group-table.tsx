import type { RoiTotalsRow } from '../../api/rows';
import { duration } from '../../format/durations';
import { compact, count, decimal, none, times } from '../../format/numbers';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Money } from '../../parts/money';
import type { Group } from './roi-question';

const took = (milliseconds: number | null): string =>
  milliseconds === null ? none : duration(milliseconds);

const columnsOf = (group: Group): Column<RoiTotalsRow>[] => [
  { heading: group, cell: (row) => row[group] ?? '', isName: true },
  { heading: 'Calls', cell: ({ calls }) => count(calls), isNumeric: true },
  {
    heading: 'Unpriced',
    cell: ({ unpricedCalls }) => count(unpricedCalls),
    isNumeric: true,
    isMinor: true,
  },
  {
    heading: 'Tokens in',
    cell: ({ inputTokens }) => <span title={count(inputTokens)}>{compact(inputTokens)}</span>,
    isNumeric: true,
    isMinor: true,
  },
  {
    heading: 'Tokens out',
    cell: ({ outputTokens }) => <span title={count(outputTokens)}>{compact(outputTokens)}</span>,
    isNumeric: true,
    isMinor: true,
  },
  { heading: 'As billed', cell: (row) => <Money nanoUsd={row.costNanoUsd} />, isNumeric: true },
  {
    heading: 'As repriced',
    cell: (row) => <Money nanoUsd={row.repricedNanoUsd} />,
    isNumeric: true,
  },
  { heading: 'Call, p50', cell: (row) => took(row.durationMs.p50), isNumeric: true, isMinor: true },
  { heading: 'Call, p95', cell: (row) => took(row.durationMs.p95), isNumeric: true, isMinor: true },
  { heading: 'Human hours', cell: (row) => `${decimal(row.humanHours)} h`, isNumeric: true },
  { heading: 'Multiplier', cell: (row) => times(row.multiplier), isNumeric: true },
];

interface Properties {
  readonly rows: readonly RoiTotalsRow[];
  readonly group: Group;
}

/** The figures of each agent, model or deployment. */
export const GroupTable = ({ rows, group }: Properties) =>
  rows.length === 0 ? (
    <Empty>No call was recorded in these days.</Empty>
  ) : (
    <DataTable
      caption={`Figures by ${group}`}
      columns={columnsOf(group)}
      rows={rows}
      keyOf={(row) => row[group] ?? ''}
    />
  );
