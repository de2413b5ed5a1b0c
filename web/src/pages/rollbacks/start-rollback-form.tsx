import { useRef, useState } from 'preact/hooks';
import type { Fields } from '../../api/contract';
import { given } from '../../api/given';
import { ApiProblem } from '../../api/problem';
import { command } from '../../api/request';
import { Choice } from '../../parts/choice';
import { ConfirmDialog } from '../../parts/confirm-dialog';
import { ProblemNote } from '../../parts/problem-note';
import { link, route } from '../../routing/route';
import type { DeploymentRow } from '../deployments/deployment';
import { RollbackPlan } from './rollback-plan';
import type { Plan } from './rollback-plan';

const modes = [
  ['code', 'code: read models go back, nothing is voided'],
  ['data', 'data: what it recorded is voided, too'],
] as const;

const one = 'the one that it took the place of';

interface Asked {
  readonly deploymentId: string;
  readonly to: string;
  readonly mode: (typeof modes)[number][0];
}

const bodyOf = ({ deploymentId, to, mode }: Asked, reason: string): Fields<'start-rollback'> => ({
  deploymentId,
  mode,
  reason,
  ...given('to', to),
});

interface FormProperties {
  readonly live: readonly DeploymentRow[];
  readonly before: readonly DeploymentRow[];
}

/** Which one, back to which, how: the plan first, then, with its name typed, the rollback. */
export const StartRollbackForm = ({ live, before }: FormProperties) => {
  const wanted = route.value.query['deployment'];
  const [first] = live;
  const usual = live.find(({ deploymentId }) => deploymentId === wanted) ?? first;
  const [asked, setAsked] = useState<Asked>({
    deploymentId: usual?.deploymentId ?? '',
    to: '',
    mode: 'code',
  });
  const [plan, setPlan] = useState<Plan>();
  const [problem, setProblem] = useState<ApiProblem>();
  const [isConfirming, setConfirming] = useState(false);
  const [underWay, setUnderWay] = useState<'plan' | 'rehearsal'>();
  // A plan of what was chosen before may come after another choice, and must not stand for that.
  const choice = useRef(asked);
  const ask = (change: Partial<Asked>): void => {
    choice.current = { ...asked, ...change };
    setAsked(choice.current);
    setPlan(undefined);
    setProblem(undefined);
  };
  const attempt = async (what: typeof underWay, work: () => Promise<void>): Promise<void> => {
    if (underWay !== undefined) return;
    setUnderWay(what);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (choice.current === asked) setProblem(error);
    } finally {
      setUnderWay(undefined);
    }
  };
  const showPlan = async (): Promise<void> => {
    const body = { ...bodyOf(asked, 'a dry run, to see what it would do'), dryRun: true };
    const found = (await command('start-rollback', body)).plan as Plan;
    if (choice.current === asked) setPlan(found);
  };
  const start = async (reason: string): Promise<void> => {
    const { effects } = await command('start-rollback', bodyOf(asked, reason));
    location.hash = link('rollbacks', String(effects?.['rollbackId']));
  };
  const rehearse = async (): Promise<void> => {
    const body = { ...bodyOf(asked, 'a rehearsal'), rehearsal: true };
    const { effects } = await command('start-rollback', body);
    location.hash = link('rollbacks', String(effects?.['rollbackId']));
  };
  // Whoever is asked about something is not to find it gone while they type its name.
  const offered = [...new Set([asked.deploymentId, ...live.map((row) => row.deploymentId)])];
  const others = before.filter(({ deploymentId }) => deploymentId !== asked.deploymentId);
  return (
    <>
      <div class="filters">
        <Choice
          label="Deployment"
          value={asked.deploymentId}
          options={offered.map((deploymentId) => [deploymentId, deploymentId])}
          onChoose={(deploymentId) => {
            ask({ deploymentId });
          }}
        />
        <Choice
          label="Back to"
          value={asked.to}
          options={[
            ['', one],
            ...others.map(({ deploymentId }) => [deploymentId, deploymentId] as const),
          ]}
          onChoose={(to) => {
            ask({ to });
          }}
        />
        <Choice
          label="Mode"
          value={asked.mode}
          options={modes}
          onChoose={(mode) => {
            ask({ mode });
          }}
        />
        <button
          type="button"
          class="button"
          aria-disabled={underWay !== undefined}
          onClick={() => void attempt('plan', showPlan)}
        >
          {underWay === 'plan' ? 'Planning' : 'Show the plan'}
        </button>
        <button
          type="button"
          class="button"
          aria-disabled={underWay !== undefined}
          onClick={() => void attempt('rehearsal', rehearse)}
        >
          {underWay === 'rehearsal' ? 'Rehearsing' : 'Rehearse'}
        </button>
        <button
          type="button"
          class="button button--primary"
          disabled={plan === undefined}
          onClick={() => {
            setConfirming(true);
          }}
        >
          Roll back…
        </button>
      </div>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {plan !== undefined && <RollbackPlan plan={plan} />}
      {isConfirming && (
        <ConfirmDialog
          title={`Roll back ${asked.deploymentId}`}
          name={asked.deploymentId}
          action="Roll back"
          reason="required"
          onConfirm={start}
          onClose={() => {
            setConfirming(false);
          }}
        >
          <p>
            Nine steps, each recorded when it is taken. Until the fourth, which makes the deployment
            before the live one, it can be aborted.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
};
