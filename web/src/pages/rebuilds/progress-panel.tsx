import { duration } from '../../format/durations';
import { count, none } from '../../format/numbers';
import { Bar } from '../../parts/bar';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { cutoverOf, differs, isOver } from './rebuild';
import type { RebuildPart, RebuildProgress } from './rebuild';
import { RebuildSteps } from './rebuild-steps';

const differing = (part: RebuildPart) => {
  const { differences } = part;
  if (differences === null) return none;
  const { added, missing, changed } = differences;
  if (!differs(part)) return <Status name="none" tone="good" />;
  const parts = [
    [added, 'added'],
    [missing, 'missing'],
    [changed, 'changed'],
  ] as const;
  const told = parts.filter(([rows]) => rows > 0).map(([rows, how]) => `${count(rows)} ${how}`);
  return <Status name={told.join(', ')} tone="warn" />;
};

const columns: readonly Column<RebuildPart>[] = [
  { heading: 'Read model', cell: ({ projection }) => projection, isName: true },
  { heading: 'Step', cell: ({ step }) => step ?? none },
  { heading: 'Rows', cell: ({ rows }) => (rows === null ? none : count(rows)), isNumeric: true },
  { heading: 'Rows that differ', cell: differing },
  { heading: 'Generation', cell: ({ generation }) => generation ?? none, isMinor: true },
];

const Pass = ({ progress }: { readonly progress: RebuildProgress }) => {
  const { done, total, ratePerSecond, secondsLeft } = progress;
  if (total === null) return null;
  return (
    <div class="pass">
      <span role="status">
        {count(done)} of {count(total)} positions read
        {progress.state === 'running' && `, ${count(Math.round(ratePerSecond))} a second`}
        {secondsLeft !== null && secondsLeft > 0 && `, ${duration(secondsLeft * 1_000)} left`}
      </span>
      <Bar share={total === 0 ? 1 : done / total} tone={isOver(progress) ? 'good' : 'info'} />
    </div>
  );
};

/** How far a rebuild is, as a whole and by read model. */
export const ProgressPanel = ({ progress }: { readonly progress: RebuildProgress }) => (
  <Panel
    title="Progress"
    note={`cutover ${cutoverOf(progress)}`}
    actions={<Status name={progress.state} />}
  >
    {progress.fault !== null && <p class="note note--warn">It does not move: {progress.fault}</p>}
    {progress.reason !== null && <p class="note note--info">{progress.reason}</p>}
    {progress.waitsFor !== null && (
      <p class="note note--warn">
        {progress.waitsFor.why === 'manual'
          ? 'It is built and waits to be taken live.'
          : `It differs from what is live and waits: ${progress.waitsFor.projections.join(', ')}.`}
      </p>
    )}
    <RebuildSteps step={progress.step} state={progress.state} />
    <Pass progress={progress} />
    <DataTable
      caption="Progress by read model"
      columns={columns}
      rows={progress.projections}
      keyOf={({ projection }) => projection}
    />
  </Panel>
);
