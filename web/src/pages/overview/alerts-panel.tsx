import { count, none } from '../../format/numbers';
import { spoken } from '../../format/names';
import { afterCategory } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { At } from '../../parts/at';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Named } from '../../parts/named';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';
import { useRows } from '../../time/use-at-moment';

/** A row of the read model `alerts`, as far as it is shown. */
interface AlertRow {
  readonly alert: string;
  readonly rule: string;
  readonly severity: 'warning' | 'critical';
  readonly status: string;
  readonly comparison: 'above' | 'below';
  readonly threshold: number;
  readonly value: number | null;
  readonly samples: number;
  readonly deploymentId: string;
  readonly proposesRollback: boolean;
  readonly firedAt: string;
}

const shown = 5;
const freshness = afterCategory('alert');

const columns: readonly Column<AlertRow>[] = [
  {
    heading: 'Alert',
    isName: true,
    cell: ({ alert, rule, comparison, threshold }) => (
      <Named
        href={link('events', null, { streams: `alert-${alert}` })}
        name={spoken(rule)}
        note={`${comparison} ${String(threshold)}`}
      />
    ),
  },
  {
    heading: 'Severity',
    cell: ({ severity }) => (
      <Status name={severity} tone={severity === 'critical' ? 'bad' : 'warn'} />
    ),
  },
  {
    heading: 'Status',
    cell: ({ status, proposesRollback, deploymentId }) => (
      <>
        {spoken(status)}
        {proposesRollback && (
          <>
            {', '}
            <a href={link('rollbacks', null, { deployment: deploymentId })}>asks for a rollback</a>
          </>
        )}
      </>
    ),
  },
  { heading: 'Measured', cell: ({ value }) => value ?? none, isNumeric: true },
  { heading: 'Samples', cell: ({ samples }) => count(samples), isNumeric: true, isMinor: true },
  {
    heading: 'Since (UTC)',
    cell: ({ firedAt }) => <At at={firedAt} isZoned />,
    isNumeric: true,
    isMinor: true,
  },
];

/** What fires, and whether somebody has seen to it. */
export const AlertsPanel = () => (
  <Panel title="Alerts" span="wide">
    <Answered
      answer={useRows<AlertRow>(
        'alerts',
        { status: 'firing,acknowledged', limit: shown },
        freshness,
      )}
    >
      {({ rows }) =>
        rows.length === 0 ? (
          <Empty>No alert fires.</Empty>
        ) : (
          <DataTable
            caption="Alerts that fire"
            columns={columns}
            rows={rows}
            keyOf={({ alert }) => alert}
          />
        )
      }
    </Answered>
  </Panel>
);
