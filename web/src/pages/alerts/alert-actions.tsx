import { command } from '../../api/request';
import { ActionBar } from '../../parts/action-bar';
import type { Action } from '../../parts/action-bar';
import type { AlertRow } from './alert';

/** What may be said about an alert in its state. */
const actionsOf = ({ alert, status, proposesRollback, deploymentId }: AlertRow): Action[] => {
  if (status === 'resolved') return [];
  const acknowledge: Action = {
    label: 'Acknowledge…',
    title: 'Acknowledge the alert',
    isPrimary: !proposesRollback,
    text: 'You see to it, and whoever gets the webhooks is told. It goes on until its measure is well.',
    reason: 'required',
    words: 'Comment',
    isHarmless: true,
    issue: (comment) => command('acknowledge-alert', { alert, comment }),
  };
  const dismiss: Action = {
    label: 'Refuse the rollback…',
    title: 'Refuse the rollback',
    reason: 'required',
    text: `${deploymentId} stays live unless somebody starts a rollback, and this alert asks for none any more. It goes on until its measure is well.`,
    issue: (reason) => command('dismiss-alert', { alert, reason }),
  };
  return [...(status === 'firing' ? [acknowledge] : []), ...(proposesRollback ? [dismiss] : [])];
};

/** What an operator may do about it. */
export const AlertActions = ({ row }: { readonly row: AlertRow }) => (
  <ActionBar actions={actionsOf(row)} name={row.alert} />
);
