import { useState } from 'preact/hooks';
import { command } from '../../api/request';
import { ConfirmDialog } from '../../parts/confirm-dialog';
import { differs, isOver, nameOf } from './rebuild';
import type { RebuildProgress } from './rebuild';

interface Action {
  readonly label: string;
  readonly title: string;
  readonly text: string;
  readonly isPrimary?: boolean;
  readonly reason: 'required' | 'none';
  readonly issue: (reason: string) => Promise<unknown>;
}

const reasoned = (reason: string): object => (reason === '' ? {} : { reason });

/** What may be done to a rebuild in its state. */
const actionsOf = (progress: RebuildProgress): Action[] => {
  const { rebuildId, state, dryRun, projections } = progress;
  if (isOver(progress)) return [];
  const steer = (name: string) => (reason: string) =>
    command(name, { rebuildId, ...reasoned(reason) });
  const accept = projections.filter(differs).map(({ projection }) => projection);
  const takeLive: Action = {
    label: accept.length > 0 ? 'Accept and take live…' : 'Take live…',
    title: accept.length > 0 ? 'Accept the differences and take it live' : 'Take it live',
    text: 'What was live stays warm: going back is one step.',
    isPrimary: true,
    reason: accept.length > 0 ? 'required' : 'none',
    issue: (reason) => command('cut-over-rebuild', { rebuildId, accept, ...reasoned(reason) }),
  };
  const pause: Action = {
    ...{ label: 'Pause…', title: 'Pause the rebuild', reason: 'none' },
    text: 'What the pass over the ledger has folded is given up; steps that are done stay done.',
    issue: steer('pause-rebuild'),
  };
  const resume: Action = {
    ...{ label: 'Resume…', title: 'Resume the rebuild', reason: 'none', isPrimary: true },
    text: 'It goes on from the last step that is done.',
    issue: steer('resume-rebuild'),
  };
  const cancel: Action = {
    ...{ label: 'Cancel…', title: 'Cancel the rebuild', reason: 'none' },
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
export const RebuildActions = ({ progress }: { readonly progress: RebuildProgress }) => {
  const [label, setLabel] = useState<string | null>(null);
  const actions = actionsOf(progress);
  const chosen = actions.find((action) => action.label === label);
  if (actions.length === 0) return null;
  return (
    <div class="actions" role="group" aria-label="Actions">
      {actions.map((action) => (
        <button
          key={action.label}
          type="button"
          class={action.isPrimary === true ? 'button button--primary' : 'button'}
          onClick={() => {
            setLabel(action.label);
          }}
        >
          {action.label}
        </button>
      ))}
      {chosen !== undefined && (
        <ConfirmDialog
          title={chosen.title}
          name={nameOf(progress.projections.map(({ projection }) => projection))}
          action={chosen.title}
          reason={chosen.reason}
          onConfirm={async (reason) => {
            await chosen.issue(reason);
          }}
          onClose={() => {
            setLabel(null);
          }}
        >
          <p>{chosen.text}</p>
        </ConfirmDialog>
      )}
    </div>
  );
};
