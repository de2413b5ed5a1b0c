import type { ExecutionRoiRow } from '../../api/rows';
import { count, times, usd } from '../../format/numbers';
import { after } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { executionColumn } from '../../parts/execution-column';
import { Figure } from '../../parts/figure';
import { Money } from '../../parts/money';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { dayAfter } from '../../time/days';
import { useRows } from '../../time/use-at-moment';
import { costsOf } from './costs-of';

const looked = 200;
const shown = 8;
const freshness = after(['ArticlePublished'], 5_000);

const columns: readonly Column<ExecutionRoiRow>[] = [
  executionColumn('Most expensive'),
  { heading: 'Revisions', cell: ({ revisions }) => count(revisions), isNumeric: true },
  { heading: 'Cost', cell: (row) => <Money nanoUsd={row.costNanoUsd} />, isNumeric: true },
  { heading: 'Multiplier', cell: ({ multiplier }) => times(multiplier), isNumeric: true },
];

/** What a published article costs. */
export const PublishedPanel = ({ from, to }: { readonly from: string; readonly to: string }) => {
  const parameters = {
    published: 'true',
    from,
    to: dayAfter(to),
    sort: '-publishedAt',
    limit: looked,
  };
  return (
    <Panel
      title="Cost per published article"
      span="half"
      note={`USD; the last ${count(looked)} started in these days`}
    >
      <Answered
        answer={useRows<ExecutionRoiRow>('roi-executions', parameters, freshness)}
        lines={8}
      >
        {({ rows }) => {
          const costs = costsOf(rows.map(({ costUsd }) => costUsd));
          if (costs === undefined) return <Empty>No article was published.</Empty>;
          const behind = link('executions', null, {
            decision: 'publish',
            sort: '-costNanoUsd',
            from,
            to,
          });
          const expensive = [...rows].sort((left, right) => right.costUsd - left.costUsd);
          return (
            <>
              <div class="figures figures--plain">
                <Figure
                  label="Mean"
                  value={usd(costs.mean)}
                  note={`of ${count(rows.length)}`}
                  href={behind}
                />
                <Figure label="Median" value={usd(costs.median)} href={behind} />
                <Figure label="95 % cost at most" value={usd(costs.p95)} href={behind} />
              </div>
              <DataTable
                caption="The most expensive published articles"
                columns={columns}
                rows={expensive.slice(0, shown)}
                keyOf={({ executionId }) => executionId}
              />
            </>
          );
        }}
      </Answered>
    </Panel>
  );
};
