import { given } from '../../api/given';
import { command } from '../../api/request';
import { ActionBar } from '../../parts/action-bar';
import type { Action } from '../../parts/action-bar';
import { hasSwitched } from './rollback';
import type { RollbackView } from './rollback';

/** What may be done about a rollback in its state. */
const actionsOf = (view: RollbackView): Action[] => {
  const { rollbackId, deploymentId, state, rehearsal } = view;
  if (state !== 'running' && state !== 'failed') return [];
  if (rehearsal && state === 'failed') return []; // it is over
  const retry = (parkUnreadable: boolean) => (reason: string) =>
    command('retry-rollback', { rollbackId, parkUnreadable, ...given('reason', reason) });
  const retries: Action[] = [
    {
      label: 'Retry…',
      title: 'Retry the rollback',
      reason: 'optional',
      isPrimary: true,
      text: 'It goes on at the step that failed. See first to what does not hold.',
      issue: retry(false),
    },
    {
      label: 'Retry and park…',
      title: 'Retry, and park what cannot be read',
      text: 'Events that the code before cannot read are parked by it with their streams, until a code that can retries them.',
      reason: 'required',
      issue: retry(true),
    },
  ];
  const abort: Action = {
    label: 'Abort…',
    title: rehearsal ? 'Abort the rehearsal' : 'Abort the rollback',
    reason: 'required',
    text: rehearsal
      ? 'It ends, and what it was building is dropped.'
      : `${deploymentId} stays live, and takes new work again.`,
    issue: (reason) => command('abort-rollback', { rollbackId, reason }),
  };
  return [
    ...(state === 'failed' ? retries : []),
    ...(!rehearsal && hasSwitched(view) ? [] : [abort]),
  ];
};

/** What an operator may do, each after typing which deployment it is about. */
export const RollbackActions = ({ view }: { readonly view: RollbackView }) => (
  <ActionBar actions={actionsOf(view)} name={view.deploymentId} />
);
