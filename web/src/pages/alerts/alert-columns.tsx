import { count } from '../../format/numbers';
import { spoken } from '../../format/names';
import { At } from '../../parts/at';
import type { Column } from '../../parts/data-table';
import { DeploymentLink } from '../../parts/deployment-link';
import { Named } from '../../parts/named';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';
import { inUnits, toneOfSeverity } from './alert';
import type { AlertRow } from './alert';

/** Whether it asks for a rollback, or what became of that. */
const RollbackWord = ({ row }: { readonly row: AlertRow }) => {
  if (row.rollbackId !== null) {
    return <a href={link('rollbacks', row.rollbackId)}>rollback begun</a>;
  }
  if (row.proposesRollback) {
    return (
      <a href={link('rollbacks', null, { deployment: row.deploymentId })}>asks for a rollback</a>
    );
  }
  return row.dismissedAt === null ? null : <>rollback refused</>;
};

const named: Column<AlertRow> = {
  heading: 'Alert',
  isName: true,
  cell: ({ alert, rule, measure, comparison, threshold }) => (
    <Named
      href={link('alerts', alert)}
      name={spoken(rule)}
      note={`${comparison} ${inUnits(measure, threshold)}`}
    />
  ),
};

const measured: Column<AlertRow> = {
  heading: 'Measured',
  cell: ({ measure, value }) => inUnits(measure, value),
  isNumeric: true,
};

const status: Column<AlertRow> = {
  heading: 'Status',
  cell: (row) => <Status name={row.status} />,
};

const standing: readonly Column<AlertRow>[] = [
  {
    heading: 'Severity',
    cell: ({ severity }) => <Status name={severity} tone={toneOfSeverity(severity)} />,
  },
  { heading: 'Rollback', cell: (row) => <RollbackWord row={row} />, isMinor: true },
];

const fired: Column<AlertRow> = {
  heading: 'Fired (UTC)',
  cell: ({ firedAt }) => <At at={firedAt} isZoned />,
  isNumeric: true,
  isMinor: true,
};

const samples: Column<AlertRow> = {
  heading: 'Samples',
  cell: (row) => count(row.samples),
  isNumeric: true,
  isMinor: true,
};

/** For the overview, which shows those that are not over. */
export const openAlertColumns: readonly Column<AlertRow>[] = [
  named,
  status,
  measured,
  samples,
  ...standing,
  fired,
];

export const alertColumns: readonly Column<AlertRow>[] = [
  named,
  status,
  measured,
  samples,
  ...standing,
  {
    heading: 'Deployment',
    cell: ({ deploymentId }) => <DeploymentLink deploymentId={deploymentId} />,
    isMinor: true,
  },
  fired,
  {
    heading: 'Over (UTC)',
    cell: ({ resolvedAt }) => (resolvedAt === null ? 'not yet' : <At at={resolvedAt} isZoned />),
    isNumeric: true,
    isMinor: true,
  },
];
