import { asOf, route } from '../../routing/route';
import { isOperator } from '../../session/session';
import { RollbackPage } from './rollback-page';
import { RollbacksList } from './rollbacks-list';
import { StartRollbackPanel } from './start-rollback-panel';
import './rollbacks.css';

/** Deployments taken back: what it would do, how it goes, and what it came to. */
export const RollbacksPage = () => {
  const { id } = route.value;
  if (id !== null) return <RollbackPage key={id} rollbackId={id} />;
  return (
    <>
      {isOperator() && asOf.value === null && <StartRollbackPanel />}
      <RollbacksList />
    </>
  );
};
