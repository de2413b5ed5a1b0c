import { afterCategory } from '../../live/freshness';
import { PagedTable } from '../../parts/paged-table';
import { Panel } from '../../parts/panel';
import { link, route } from '../../routing/route';
import { usePages } from '../../time/use-pages';
import type { AlertRow } from './alert';
import { alertColumns } from './alert-columns';

const pageSize = 50;
const freshness = afterCategory('alert');
const filters = ['status', 'severity', 'rule', 'deploymentId'] as const;

/** Every time that a rule fired, the last on top. */
export const AlertsList = () => {
  const { query } = route.value;
  const asked = Object.fromEntries(filters.map((name) => [name, query[name]]));
  const isFiltered = filters.some((name) => query[name] !== undefined);
  const pages = usePages<AlertRow>('alerts', { ...asked, limit: pageSize }, freshness);
  return (
    <Panel
      title="Alerts"
      note={
        query['deploymentId'] === undefined
          ? 'the last on top'
          : `of the deployment ${query['deploymentId']}, the last on top`
      }
      actions={
        <>
          {isFiltered && <a href={link('alerts')}>All alerts</a>}
          <a href={link('events', null, { types: 'AlertFired,AlertResolved' })}>Their events</a>
        </>
      }
    >
      <PagedTable
        pages={pages}
        empty={
          isFiltered ? (
            <>
              No alert is like this. <a href={link('alerts')}>Show all of them</a>
            </>
          ) : (
            'No rule has fired yet.'
          )
        }
        caption="Alerts"
        columns={alertColumns}
        keyOf={({ alert }) => alert}
      />
    </Panel>
  );
};
