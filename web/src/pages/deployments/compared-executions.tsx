import { spoken } from '../../format/names';
import { count } from '../../format/numbers';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { link } from '../../routing/route';
import { statusCounts } from './comparison';
import type { Comparison } from './comparison';

/** How many executions of both have which status. */
export const ComparedExecutions = ({ comparison }: { readonly comparison: Comparison }) => {
  const statuses = statusCounts(comparison);
  const columns: Column<(typeof statuses)[number]>[] = [
    { heading: 'Executions', cell: ({ status }) => spoken(status), isName: true },
    ...comparison.deployments.map(({ deploymentId }, index) => ({
      heading: deploymentId,
      isNumeric: true,
      isVerbatim: true,
      cell: ({ status, counts }: (typeof statuses)[number]) => (
        <a href={link('executions', null, { deploymentId, status })}>{count(counts[index] ?? 0)}</a>
      ),
    })),
  ];
  if (statuses.length === 0) return <Empty>No execution began under either.</Empty>;
  return (
    <DataTable
      caption="Executions by status"
      columns={columns}
      rows={statuses}
      keyOf={({ status }) => status}
    />
  );
};
