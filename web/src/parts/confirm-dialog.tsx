import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { beginAnew } from '../api/request';
import { useAttempt } from '../api/use-attempt';
import { ProblemNote } from './problem-note';

interface Properties {
  readonly title: string;
  readonly children?: ComponentChildren;
  /** What is to be typed: the name of what is acted on; null where a slip does no harm. */
  readonly name: string | null;
  readonly action: string;
  /** Whether some words are asked for; they are kept as a fact. */
  readonly reason?: 'required' | 'optional' | 'none';
  /** What these words are. */
  readonly words?: string;
  /** Whether what the children ask for is there. */
  readonly isFilled?: boolean;
  readonly onConfirm: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before it acts: for the name of what is acted on, so that nobody acts on the wrong thing. */
export const ConfirmDialog = (properties: Properties) => {
  const { title, children, name, action, onConfirm, onClose } = properties;
  const { reason: asked = 'none', words = 'Reason', isFilled = true } = properties;
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const { problem, isUnderWay: isActing, attempt } = useAttempt();
  const id = useId();
  useEffect(() => {
    beginAnew();
    dialog.current?.showModal();
  }, []);
  const isConfirmed = name === null || typed === name;
  const isExplained = asked !== 'required' || reason.trim() !== '';
  const isReady = isConfirmed && isExplained && isFilled;
  // Closing gives the focus back to where it came from, and tells onClose.
  const leave = (): void => dialog.current?.close();
  const act = async (): Promise<void> => {
    await onConfirm(reason.trim());
    leave();
  };
  // What becomes of it is told here, and nowhere else: Escape waits for the answer, too.
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      aria-busy={isActing}
      closedby={isActing ? 'none' : 'closerequest'}
      onCancel={(event) => {
        if (isActing) event.preventDefault();
      }}
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void attempt(act);
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
        {asked !== 'none' && (
          <label class="field">
            <span>
              {words}
              {asked === 'optional' && ', where there is any'}; kept in the ledger
            </span>
            <textarea
              rows={2}
              value={reason}
              onInput={(event) => {
                setReason(event.currentTarget.value);
              }}
            />
          </label>
        )}
        {name !== null && (
          <label class="field">
            <span>
              Type <code>{name}</code> to confirm
            </span>
            <input
              value={typed}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => {
                setTyped(event.currentTarget.value);
              }}
            />
          </label>
        )}
        {problem !== undefined && <ProblemNote problem={problem} />}
        <footer class="dialog__actions">
          <button type="button" class="button" disabled={isActing} onClick={leave}>
            Leave it
          </button>
          <button
            type="submit"
            class="button button--primary"
            disabled={!isReady}
            aria-disabled={isActing}
          >
            {action}
          </button>
        </footer>
      </form>
    </dialog>
  );
};
