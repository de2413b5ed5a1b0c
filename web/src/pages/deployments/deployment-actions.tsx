import { given } from '../../api/given';
import { command } from '../../api/request';
import { plural } from '../../format/numbers';
import { ActionBar } from '../../parts/action-bar';
import type { Action } from '../../parts/action-bar';
import { link } from '../../routing/route';
import { isOperator, mayRecordChecks } from '../../session/session';
import { isOver, isUndecided } from './deployment';
import type { DeploymentRow } from './deployment';

const lacking = ({ missing }: DeploymentRow): string =>
  missing.length === 0
    ? ''
    : ` It still lacks ${plural(missing.length, 'thing')}, so it will be refused.`;

const decisions = (row: DeploymentRow): Action[] => {
  const { deploymentId, missing, overrideRequest, status } = row;
  const decide = (verdict: 'go' | 'no_go', override: boolean) => (reason: string) =>
    command('decide-deployment', { deploymentId, verdict, reason, override });
  const go: Action = {
    label: 'GO…',
    title: 'Decide GO',
    reason: 'required',
    isPrimary: true,
    text: 'Everything that was asked for holds; what was signed is what is deployed.',
    issue: decide('go', false),
  };
  const override: Action = {
    label: overrideRequest === null ? 'Ask to go without…' : 'Confirm to go without…',
    title: overrideRequest === null ? 'Ask for an override' : 'Confirm the override',
    text: `It lacks ${plural(missing.length, 'thing')}. Two operators have to say so, neither of them who planned it alone.`,
    reason: 'required',
    issue: decide('go', true),
  };
  const noGo: Action = {
    label: 'NO-GO…',
    title: 'Decide NO-GO',
    reason: 'required',
    text: 'It can be decided anew later.',
    issue: decide('no_go', false),
  };
  return [missing.length === 0 ? go : override, ...(status === 'no_go' ? [] : [noGo])];
};

const steps = (row: DeploymentRow): Action[] => {
  const { deploymentId, status, traffic, missing } = row;
  const isPrimary = missing.length === 0;
  const promote = (to: 50 | 100): Action => ({
    label: `Promote to ${String(to)} %…`,
    title: `Promote to ${String(to)} %`,
    reason: 'optional',
    isPrimary,
    text: `It takes ${String(to)} % of the traffic; then every gate has to be checked anew.${lacking(row)}`,
    issue: (reason) =>
      command('promote-deployment', { deploymentId, traffic: to, ...given('reason', reason) }),
  });
  if (status === 'go') {
    return [
      {
        label: 'Stage…',
        title: 'Stage the deployment',
        reason: 'optional',
        isPrimary: true,
        text: 'It takes no traffic yet. What was decided is carried out from here on.',
        issue: (reason) =>
          command('stage-deployment', { deploymentId, ...given('reason', reason) }),
      },
    ];
  }
  if (status === 'staging') return [promote(50)];
  if (status !== 'analysing' && status !== 'promoting') return [];
  if (traffic < 100) return [promote(100)];
  return [
    {
      label: 'Complete…',
      title: 'Make it live',
      reason: 'optional',
      isPrimary,
      text: `It supersedes the live one of its flow, and stamps what is recorded from then on.${lacking(row)}`,
      issue: (reason) =>
        command('complete-deployment', { deploymentId, ...given('reason', reason) }),
    },
  ];
};

/** Of one whose work a rollback has voided, once that is over. */
const reinstatements = ({ deploymentId, status, voidedAt }: DeploymentRow): Action[] => {
  if (voidedAt === null || status === 'rolling_back' || status === 'rollback_failed') return [];
  const reinstate = (countTwice: boolean) => (reason: string) =>
    command('reinstate-deployment', { deploymentId, reason, countTwice });
  return [
    {
      label: 'Reinstate…',
      title: 'Reinstate its work',
      reason: 'required',
      text: 'What was recorded under it counts again, and read models are built anew. It is not live for that.',
      issue: reinstate(false),
    },
    {
      label: 'Reinstate, counting twice…',
      title: 'Reinstate its work, and count twice',
      reason: 'required',
      text: 'As a reinstatement, but also where the same work was done again since: both count from then on.',
      issue: reinstate(true),
    },
  ];
};

const actionsOf = (row: DeploymentRow): Action[] => {
  const { deploymentId, status } = row;
  const again = isOperator() ? reinstatements(row) : [];
  if (isOver(row)) return again;
  const measure: Action = {
    label: 'Measure…',
    title: 'Measure the gates',
    reason: 'none',
    isHarmless: true,
    text: 'Records a check of every gate that read models can answer, for what was recorded under it. A changed outcome takes sign-offs away.',
    issue: () => command('measure-deployment', { deploymentId }),
  };
  const abort: Action = {
    label: 'Abort…',
    title: 'Abort the deployment',
    reason: 'required',
    text: 'It ends, for good; another one has to be planned.',
    issue: (reason) => command('abort-deployment', { deploymentId, ...given('reason', reason) }),
  };
  return [
    ...again,
    ...(isOperator() ? [...(isUndecided(row) ? decisions(row) : []), ...steps(row)] : []),
    ...(mayRecordChecks() ? [measure] : []),
    ...(isOperator() && status !== 'live' ? [abort] : []),
  ];
};

/** What whoever is signed in may do to a deployment in its state. */
export const DeploymentActions = ({ row }: { readonly row: DeploymentRow }) => (
  <div class="actions">
    {isOperator() && row.status === 'live' && (
      <a class="button" href={link('rollbacks', null, { deployment: row.deploymentId })}>
        Roll back…
      </a>
    )}
    <ActionBar actions={actionsOf(row)} name={row.deploymentId} />
  </div>
);
