import { duration } from '../../format/durations';
import { count, none } from '../../format/numbers';
import { Bar } from '../../parts/bar';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { toneOf } from '../../parts/tone';
import type { RollbackStep, RollbackView } from './rollback';

const inBudget = ({ seconds, budgetSeconds }: RollbackStep): boolean =>
  seconds === null || budgetSeconds === null || seconds <= budgetSeconds;

const Time = ({ step }: { readonly step: RollbackStep }) => {
  const { seconds, budgetSeconds } = step;
  const budget = budgetSeconds === null ? none : duration(budgetSeconds * 1_000);
  return (
    <span class="rollback-step__time">
      <span>
        {seconds === null ? none : duration(seconds * 1_000)} <small>of {budget}</small>
      </span>
      <Bar
        share={seconds === null || budgetSeconds === null ? 0 : seconds / budgetSeconds}
        tone={inBudget(step) ? 'good' : 'warn'}
      />
    </span>
  );
};

const states = {
  due: ['due', 'plain'],
  running: ['under way', 'info'],
  taken: ['taken', 'good'],
  failed: ['failed', 'bad'],
} as const;

const Step = ({ step }: { readonly step: RollbackStep }) => {
  const [name, tone] = states[step.state];
  const { number, purpose, health, evidence } = step;
  return (
    <li class="rollback-step" aria-current={step.state === 'running' ? 'step' : undefined}>
      <span class="rollback-step__number">{count(number)}</span>
      <span class="rollback-step__name">
        <strong>{step.step.replace(/-/g, ' ')}</strong>
        {purpose !== null && <small>{purpose}</small>}
      </span>
      <span class="rollback-step__state">
        <Status name={name} tone={tone} />
        {health !== null && <Status name={`health ${health}`} tone={toneOf(health)} />}
      </span>
      <Time step={step} />
      <span class="rollback-step__evidence">{evidence}</span>
    </li>
  );
};

/** The nine steps, each with its time against its budget and its evidence. */
export const StepsPanel = ({ view }: { readonly view: RollbackView }) => (
  <Panel
    title="Steps"
    note="time of the budget, health afterwards, evidence; a budget that is passed fails nothing"
  >
    <ol aria-label="Steps of the rollback">
      {view.steps.map((step) => (
        <Step key={step.step} step={step} />
      ))}
    </ol>
  </Panel>
);
