import type { ExecutionRoiRow } from '../../api/rows';
import { spoken } from '../../format/names';
import { decimal, plural, times, usd, usdOfNano } from '../../format/numbers';
import { Bar } from '../../parts/bar';
import { Empty } from '../../parts/empty';
import { Money } from '../../parts/money';

interface Part {
  readonly name: string;
  readonly calls: number;
  readonly costNanoUsd: string;
}

const Parts = ({ title, parts }: { readonly title: string; readonly parts: readonly Part[] }) => {
  const largest = Math.max(...parts.map(({ costNanoUsd }) => usdOfNano(costNanoUsd)));
  return (
    <>
      <h3>{title}</h3>
      <ul class="parts">
        {parts.map(({ name, calls, costNanoUsd }) => (
          <li key={name}>
            <span>{name}</span>
            <Bar share={largest === 0 ? 0 : usdOfNano(costNanoUsd) / largest} />
            <span class="numeric muted">{plural(calls, 'call')}</span>
            <span class="numeric">
              <Money nanoUsd={costNanoUsd} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
};

const revisionName = (revision: number): string =>
  revision === 0 ? 'first draft' : `revision ${String(revision)}`;

/** What an execution cost by stage and revision, and what people would have cost. */
export const CostsPanel = ({ row }: { readonly row: ExecutionRoiRow }) => {
  if (row.calls === 0) return <Empty>No model has been called.</Empty>;
  const stages = row.stageCosts.map(({ stage, ...spent }) => ({
    ...spent,
    name: stage === null ? 'outside a stage' : spoken(stage),
  }));
  const revisions = row.revisionCosts.map(({ revision, ...spent }) => ({
    ...spent,
    name: revisionName(revision),
  }));
  return (
    <>
      <Parts title="By stage" parts={stages} />
      <Parts title="By revision" parts={revisions} />
      <dl class="facts">
        <dt>As repriced</dt>
        <dd>
          <Money nanoUsd={row.repricedNanoUsd} />
        </dd>
        <dt>Human hours</dt>
        <dd>
          {decimal(row.humanHours)} h, worth {usd(row.humanCostUsd)}
        </dd>
        <dt>Multiplier</dt>
        <dd>{times(row.multiplier)}</dd>
      </dl>
    </>
  );
};
