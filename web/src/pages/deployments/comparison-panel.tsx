import { address } from '../../api/address';
import { useAnswer } from '../../api/use-answer';
import { count, plural } from '../../format/numbers';
import { spoken } from '../../format/names';
import { afterAnything } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Choice } from '../../parts/choice';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { asOf, link, route, setQuery } from '../../routing/route';
import { useRows } from '../../time/use-at-moment';
import { comparedLines, statusCounts } from './comparison';
import type { Compared, ComparedLine, Comparison, Measured } from './comparison';
import type { DeploymentRow } from './deployment';

const freshness = afterAnything(15_000);

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
        {count(sample)} {line.counts}
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

const Executions = ({ comparison }: { readonly comparison: Comparison }) => {
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
  const moment = asOf.value;
  const path = address(`/v1/deployments/${encodeURIComponent(deploymentId)}/comparison`, {
    ...{ with: other, asOf: moment },
  });
  const answer = useAnswer<Comparison>(path, moment === null ? freshness : null);
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
            <div class="grid grid--start">
              <DataTable
                caption="Measures side by side"
                columns={columnsOf(comparison)}
                rows={comparedLines(comparison)}
                keyOf={({ label }) => label}
              />
              <Executions comparison={comparison} />
            </div>
            <p class="muted">At position {count(comparison.position)}.</p>
          </>
        )}
      </Answered>
    </Panel>
  );
};
