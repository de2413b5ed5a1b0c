import { asOf, route } from '../../routing/route';
import { RebuildPage } from './rebuild-page';
import { RebuildsList } from './rebuilds-list';
import { RevertPanel } from './revert-panel';
import { StartPanel } from './start-panel';
import './rebuilds.css';

/** Read models built anew beside the live ones; and the way back. */
export const RebuildsPage = () => {
  const { id } = route.value;
  if (id !== null) return <RebuildPage key={id} rebuildId={id} />;
  const isNow = asOf.value === null;
  return (
    <>
      {isNow && <StartPanel />}
      <RebuildsList />
      {isNow && <RevertPanel />}
    </>
  );
};
