import { useState } from 'preact/hooks';
import { command } from '../../api/request';
import { useAttempt } from '../../api/use-attempt';
import { Panel } from '../../parts/panel';
import { ProblemNote } from '../../parts/problem-note';
import { TextField } from '../../parts/text-field';
import { link } from '../../routing/route';
import { AskedFor } from './asked-for';
import { planRequest } from './plan-request';
import type { Asked, PlanForm } from './plan-request';

const usual: Asked = { how: 'usual', text: '' };
const empty: PlanForm = {
  deploymentId: '',
  version: '',
  flow: 'content',
  previous: '',
  notes: '',
  rehearsedWithinDays: '',
  plannerMaySign: true,
  checklist: usual,
  signOffs: usual,
  gates: usual,
};

const lists = [
  ['checklist', 'Checklist', 'An item a line; phase: item for one of another phase'],
  ['signOffs', 'Sign-offs', 'Roles, a line or a comma between'],
  ['gates', 'Gates', 'Gates, a line or a comma between'],
] as const;

/** Plans a deployment: what is to be ticked, signed and measured before it goes live. */
export const PlanPanel = ({ onClose }: { readonly onClose: () => void }) => {
  const [form, setForm] = useState(empty);
  const { problem, isUnderWay, attempt } = useAttempt();
  const set = <Name extends keyof PlanForm>(name: Name, value: PlanForm[Name]): void => {
    setForm((before) => ({ ...before, [name]: value }));
  };
  const text = (
    name: 'deploymentId' | 'version' | 'flow' | 'previous' | 'notes' | 'rehearsedWithinDays',
    label: string,
  ) => (
    <TextField
      label={label}
      value={form[name]}
      {...(name === 'notes' ? { rows: 2 } : {})}
      onInput={(value) => {
        set(name, value);
      }}
    />
  );
  const plan = async (): Promise<void> => {
    const request = planRequest(form);
    await command('plan-deployment', request);
    location.hash = link('deployments', request.deploymentId);
  };
  const isReady = form.deploymentId.trim() !== '' && form.version.trim() !== '';
  return (
    <Panel title="Plan a deployment" note="nothing is deployed by it; it says what it will take">
      <form
        class="plan"
        aria-label="Plan"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void attempt(plan);
        }}
      >
        <div class="plan__row">
          {text('deploymentId', 'Deployment id')}
          {text('version', 'Version')}
          {text('flow', 'Flow')}
          {text('previous', 'Takes the place of')}
          {text('rehearsedWithinDays', 'Rehearsed within, days')}
        </div>
        <div class="plan__row">
          {lists.map(([name, label, hint]) => (
            <AskedFor
              key={name}
              label={label}
              hint={hint}
              asked={form[name]}
              onAsk={(asked) => {
                set(name, asked);
              }}
            />
          ))}
        </div>
        {text('notes', 'Notes')}
        <label class="tick">
          <input
            type="checkbox"
            checked={form.plannerMaySign}
            onChange={(event) => {
              set('plannerMaySign', event.currentTarget.checked);
            }}
          />
          Whoever plans it may sign it, too
        </label>
        {problem !== undefined && <ProblemNote problem={problem} />}
        <div class="actions">
          <button
            type="submit"
            class="button button--primary"
            disabled={!isReady}
            aria-disabled={isUnderWay}
          >
            Plan it
          </button>
          <button type="button" class="button" onClick={onClose}>
            Leave it
          </button>
        </div>
      </form>
    </Panel>
  );
};
