import { count, plural } from '../../format/numbers';
import { afterAnything } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Choice } from '../../parts/choice';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { route, setQuery } from '../../routing/route';
import { useAsOf, useRows } from '../../time/use-at-moment';
import { ComparedExecutions } from './compared-executions';
import { ComparedMeasures } from './compared-measures';
import { hasFacts } from './comparison';
import type { Comparison } from './comparison';
import type { DeploymentRow } from './deployment';
import './comparison.css';

const freshness = afterAnything(15_000);

const Sides = ({ comparison }: { readonly comparison: Comparison }) => (
  <ul class="sides">
    {comparison.deployments.map(({ deploymentId, version, status, executions }) => (
      <li key={deploymentId}>
        <strong>{deploymentId}</strong>
        {version === null ? <span>not planned</span> : <span>version {version}</span>}
        {status !== null && <Status name={status} />}
        <span class="muted">{plural(executions.sample, 'execution')}</span>
      </li>
    ))}
  </ul>
);

/** Whom to compare with where nobody said. */
const usualOther = ({ supersedes, previous, supersededBy }: DeploymentRow): string =>
  supersedes ?? previous ?? supersededBy ?? 'initial';

/** A deployment beside another one, each by what was recorded under it. */
export const ComparisonPanel = ({ row }: { readonly row: DeploymentRow }) => {
  const { deploymentId } = row;
  const other = route.value.query['with'] ?? usualOther(row);
  const path = `/v1/deployments/${encodeURIComponent(deploymentId)}/comparison`;
  const answer = useAsOf<Comparison>(path, { with: other }, freshness);
  const known = useRows<DeploymentRow>('deployments', { limit: 30 }).data?.rows ?? [];
  const names = [...new Set([other, 'initial', ...known.map((one) => one.deploymentId)])];
  return (
    <Panel
      title="Side by side"
      note="each by what was recorded under it"
      actions={
        <Choice
          label="Beside"
          value={other}
          options={names.filter((name) => name !== deploymentId).map((name) => [name, name])}
          onChoose={(name) => {
            setQuery({ with: name }, true);
          }}
        />
      }
    >
      <Answered answer={answer} lines={8}>
        {(comparison) => (
          <>
            <Sides comparison={comparison} />
            {hasFacts(comparison) ? (
              <div class="grid grid--start">
                <ComparedMeasures comparison={comparison} />
                <ComparedExecutions comparison={comparison} />
              </div>
            ) : (
              <Empty>Nothing was recorded under either of them yet.</Empty>
            )}
            <p class="muted">At position {count(comparison.position)}.</p>
          </>
        )}
      </Answered>
    </Panel>
  );
};
