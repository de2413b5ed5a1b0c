import { At } from '../../parts/at';
import { asOf, link } from '../../routing/route';
import { isOperator } from '../../session/session';
import type { AlertRow } from './alert';

const Asking = ({ row }: { readonly row: AlertRow }) => (
  <div class="note note--warn">
    <p>
      It asks to take <b>{row.deploymentId}</b> back to <b>{row.rollbackTo}</b>.
      {row.automatic && ' Its rule is automatic: the rollback begins by itself.'}
    </p>
    {asOf.value === null && isOperator() && (
      <a
        class="button button--primary"
        href={link('rollbacks', null, { deployment: row.deploymentId })}
      >
        Go to the rollback…
      </a>
    )}
  </div>
);

/** The rollback that an alert asks for, and what became of that; nothing where it asks for none. */
export const RollbackAsked = ({ row }: { readonly row: AlertRow }) => {
  if (row.proposesRollback) return <Asking row={row} />;
  if (row.rollbackId !== null) {
    return (
      <p class="note note--info">
        <span>
          The rollback that it asked for has begun:{' '}
          <a href={link('rollbacks', row.rollbackId)}>{row.rollbackId}</a>
        </span>
      </p>
    );
  }
  if (row.dismissedAt !== null) {
    return (
      <p class="note note--info">
        <span>
          The rollback that it asked for was refused by {row.dismissedBy} at{' '}
          <At at={row.dismissedAt} />: {row.dismissedReason}
        </span>
      </p>
    );
  }
  if (row.noRollbackBecause === null) return null;
  return <p class="note note--info">It would ask for a rollback, but {row.noRollbackBecause}.</p>;
};
