import { duration } from '../../format/durations';
import { count, none } from '../../format/numbers';
import { Bar } from '../../parts/bar';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import type { RollbackStep, RollbackView } from './rollback';

const inBudget = ({ seconds, budgetSeconds }: RollbackStep): boolean =>
  seconds === null || budgetSeconds === null || seconds <= budgetSeconds;

const Time = ({ step }: { readonly step: RollbackStep }) => {
  const { seconds, budgetSeconds } = step;
  const budget = budgetSeconds === null ? none : duration(budgetSeconds * 1_000);
  return (
    <span class="budget">
      <span>
        {seconds === null ? none : duration(seconds * 1_000)}
        <small> of {budget}</small>
      </span>
      <Bar
        share={seconds === null || budgetSeconds === null ? 0 : seconds / budgetSeconds}
        tone={inBudget(step) ? 'good' : 'warn'}
      />
    </span>
  );
};

const spokenState: Readonly<Record<RollbackStep['state'], string>> = {
  ...{ due: 'due', running: 'under way', taken: 'taken', failed: 'failed' },
};

const columns: readonly Column<RollbackStep>[] = [
  {
    heading: 'Step',
    isName: true,
    cell: ({ number, step, purpose }) => (
      <span class="named">
        <span>
          {count(number)} {step.replace(/-/g, ' ')}
        </span>
        {purpose !== null && <small>{purpose}</small>}
      </span>
    ),
  },
  {
    heading: 'State',
    cell: ({ state }) => (
      <Status name={spokenState[state]} tone={state === 'running' ? 'info' : stateTone[state]} />
    ),
  },
  { heading: 'Time of budget', cell: (step) => <Time step={step} />, isNumeric: true },
  {
    heading: 'Health',
    cell: ({ health }) => (health === null ? none : <Status name={health} />),
    isMinor: true,
  },
  { heading: 'Evidence', cell: ({ evidence }) => evidence ?? none },
];

const stateTone = { due: 'plain', taken: 'good', failed: 'bad' } as const;

/** The nine steps, each with its time against its budget and its evidence. */
export const StepsPanel = ({ view }: { readonly view: RollbackView }) => (
  <Panel title="Steps" note="a budget that is passed fails nothing; it is told">
    <DataTable
      caption="Steps of the rollback"
      columns={columns}
      rows={view.steps}
      keyOf={({ step }) => step}
    />
  </Panel>
);
