import { plural } from '../../format/numbers';
import { afterCategory } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { DataTable } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { useRows } from '../../time/use-at-moment';
import type { AlertRow } from '../alerts/alert';
import { openAlertColumns } from '../alerts/alert-columns';

const status = 'firing,acknowledged';
const shown = 5;
const freshness = afterCategory('alert');

/** What fires, and whether somebody has seen to it. */
export const AlertsPanel = () => (
  <Panel
    title="Alerts"
    span="wide"
    actions={<a href={link('alerts')}>All of them, and the rules</a>}
  >
    <Answered answer={useRows<AlertRow>('alerts', { status, limit: shown }, freshness)} lines={2}>
      {({ rows, next }) =>
        rows.length === 0 ? (
          <Empty>No alert fires.</Empty>
        ) : (
          <>
            <DataTable
              caption="Alerts that fire"
              columns={openAlertColumns}
              rows={rows}
              keyOf={({ alert }) => alert}
            />
            {next !== null && (
              <p>
                <a href={link('alerts', null, { status })}>
                  More than {plural(shown, 'alert')} fire: show all
                </a>
              </p>
            )}
          </>
        )
      }
    </Answered>
  </Panel>
);
