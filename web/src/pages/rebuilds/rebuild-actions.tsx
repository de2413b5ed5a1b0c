import { given } from '../../api/given';
import { command } from '../../api/request';
import { ActionBar } from '../../parts/action-bar';
import type { Action } from '../../parts/action-bar';
import { differs, isOver, nameOf } from './rebuild';
import type { RebuildProgress } from './rebuild';

/** What may be done to a rebuild in its state. */
const actionsOf = (progress: RebuildProgress): Action[] => {
  const { rebuildId, state, dryRun, projections } = progress;
  if (isOver(progress)) return [];
  const steer = (name: `${'pause' | 'resume' | 'cancel'}-rebuild`) => (reason: string) =>
    command(name, { rebuildId, ...given('reason', reason) });
  const accept = projections.filter(differs).map(({ projection }) => projection);
  const takeLive: Action = {
    label: accept.length > 0 ? 'Accept and take live…' : 'Take live…',
    title: accept.length > 0 ? 'Accept the differences and take it live' : 'Take it live',
    text: 'What was live stays warm: going back is one step.',
    isPrimary: true,
    reason: accept.length > 0 ? 'required' : 'none',
    issue: (reason) =>
      command('cut-over-rebuild', { rebuildId, accept, ...given('reason', reason) }),
  };
  const pause: Action = {
    label: 'Pause…',
    title: 'Pause the rebuild',
    reason: 'none',
    text: 'What the pass over the ledger has folded is given up; steps that are done stay done.',
    issue: steer('pause-rebuild'),
  };
  const resume: Action = {
    label: 'Resume…',
    title: 'Resume the rebuild',
    reason: 'none',
    isPrimary: true,
    text: 'It goes on from the last step that is done.',
    issue: steer('resume-rebuild'),
  };
  const cancel: Action = {
    label: 'Cancel…',
    title: 'Cancel the rebuild',
    reason: 'none',
    text: 'What it made is dropped. What is live stays as it is.',
    issue: steer('cancel-rebuild'),
  };
  return [
    ...(state === 'waiting' && !dryRun ? [takeLive] : []),
    ...(state === 'running' ? [pause] : []),
    ...(state === 'paused' ? [resume] : []),
    cancel,
  ];
};

/** What an operator may do, each after typing what it is about. */
export const RebuildActions = ({ progress }: { readonly progress: RebuildProgress }) => (
  <ActionBar
    actions={actionsOf(progress)}
    name={nameOf(progress.projections.map(({ projection }) => projection))}
  />
);
