import { ApiProblem } from '../../api/problem';
import { given } from '../../api/given';
import { command } from '../../api/request';
import { ConfirmDialog } from '../../parts/confirm-dialog';
import type { DeploymentRow } from './deployment';
import { SinceSeen } from './since-seen';
import { useSeen } from './use-seen';

export type Turn = 'approved' | 'rejected' | 'withdrawn';

/** What each does, and what words go with it. */
export const turnTexts: Readonly<Record<Turn, readonly [title: string, words: string]>> = {
  approved: ['Approve', 'Comment'],
  rejected: ['Reject', 'Comment'],
  withdrawn: ['Withdraw the sign-off', 'Reason'],
};

/** Approves, rejects or withdraws, in a role. */
export const SignDialog = ({
  row,
  role,
  turn,
  onClose,
}: {
  readonly row: DeploymentRow;
  readonly role: string;
  readonly turn: Turn;
  readonly onClose: () => void;
}) => {
  const { deploymentId } = row;
  const { seen, before, takeUp } = useSeen(row);
  const { contentHash } = seen;
  const [title, words] = turnTexts[turn];
  const issue = (text: string) => {
    if (turn === 'withdrawn') {
      return command('withdraw-sign-off', { deploymentId, role, ...given('reason', text) });
    }
    const signed = { deploymentId, role, verdict: turn, contentHash };
    return command('sign-off', { ...signed, ...given('comment', text) });
  };
  return (
    <ConfirmDialog
      title={`${title} as ${role}`}
      name={null}
      action={title}
      reason="optional"
      words={words}
      onConfirm={async (text) => {
        try {
          await issue(text);
        } catch (error) {
          if (error instanceof ApiProblem && error.code === 'content-hash-stale') takeUp();
          throw error;
        }
      }}
      onClose={onClose}
    >
      {turn !== 'withdrawn' && (
        <p>
          Bound to what is shown here, version {seen.version} with its checklist and checks:{' '}
          <code class="content-hash">{contentHash}</code>
        </p>
      )}
      {before !== null && <SinceSeen before={before} seen={seen} action={title} />}
    </ConfirmDialog>
  );
};
