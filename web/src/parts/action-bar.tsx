import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ConfirmDialog } from './confirm-dialog';

/** Something that may be done to what is shown. */
export interface Action {
  readonly label: string;
  readonly title: string;
  readonly text: ComponentChildren;
  readonly isPrimary?: boolean;
  /** Whether its name is to be typed; it is, where nothing is said. */
  readonly isHarmless?: boolean;
  readonly reason: 'required' | 'optional' | 'none';
  /** What these words are. */
  readonly words?: string;
  readonly issue: (reason: string) => Promise<unknown>;
}

interface Properties {
  readonly actions: readonly Action[];
  /** What is acted on, as it is to be typed. */
  readonly name: string;
}

/** What an operator may do, each after being asked once more. */
export const ActionBar = ({ actions, name }: Properties) => {
  // As it was when it was chosen: should it have become impossible since, the server says so.
  const [chosen, setChosen] = useState<Action | null>(null);
  if (actions.length === 0 && chosen === null) return null;
  return (
    <div class="actions" role="group" aria-label="Actions">
      {actions.map((action) => (
        <button
          key={action.label}
          type="button"
          class={action.isPrimary === true ? 'button button--primary' : 'button'}
          onClick={() => {
            setChosen(action);
          }}
        >
          {action.label}
        </button>
      ))}
      {chosen !== null && (
        <ConfirmDialog
          title={chosen.title}
          name={chosen.isHarmless === true ? null : name}
          action={chosen.title}
          reason={chosen.reason}
          {...(chosen.words === undefined ? {} : { words: chosen.words })}
          onConfirm={async (reason) => {
            await chosen.issue(reason);
          }}
          onClose={() => {
            setChosen(null);
          }}
        >
          <p>{chosen.text}</p>
        </ConfirmDialog>
      )}
    </div>
  );
};
