import { useState } from 'preact/hooks';
import { decimal, none } from '../../format/numbers';
import { At } from '../../parts/at';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { CheckDialog } from './check-dialog';
import { gateLinesOf } from './gate-lines';
import type { GateLine } from './gate-lines';
import type { DeploymentRow } from './deployment';

interface Properties {
  readonly row: DeploymentRow;
  readonly mayCheck: boolean;
}

const withUnit = (value: number | null, unit: string | null): string =>
  value === null ? none : `${decimal(value)}${unit === null ? '' : ` ${unit}`}`;

const columns: readonly Column<GateLine>[] = [
  {
    heading: 'Gate',
    isName: true,
    cell: ({ gate, asked, isRequired }) => (
      <span class="named">
        <span>{gate}</span>
        <small>{isRequired ? asked : 'not required'}</small>
      </span>
    ),
  },
  { heading: 'Measured', cell: ({ measured, unit }) => withUnit(measured, unit), isNumeric: true },
  {
    heading: 'Threshold',
    cell: ({ threshold, unit }) => withUnit(threshold, unit),
    isNumeric: true,
    isMinor: true,
  },
  { heading: 'Outcome', cell: ({ outcome }) => <Status name={outcome ?? 'not checked'} /> },
  {
    heading: 'Evidence',
    cell: ({ evidence, by, at }) =>
      by === null || at === null ? (
        none
      ) : (
        <span class="named">
          <span>{evidence ?? 'none given'}</span>
          <small>
            {by}, <At at={at} />
          </small>
        </span>
      ),
  },
];

/** Each gate with what it asks for, what was measured, and on what evidence. */
export const GatesPanel = ({ row, mayCheck }: Properties) => {
  const [gate, setGate] = useState<string | null>(null);
  const lines = gateLinesOf(row);
  const record: Column<GateLine> = {
    heading: 'Check',
    isNumeric: true,
    cell: (line) => (
      <button
        type="button"
        class="button button--small"
        aria-label={`Record a check of ${line.gate}`}
        onClick={() => {
          setGate(line.gate);
        }}
      >
        Record…
      </button>
    ),
  };
  return (
    <Panel title="Gates" note="the last check of each; inconclusive is never passed">
      {lines.length === 0 ? (
        <Empty>Its plan asks for no gate, and none was checked.</Empty>
      ) : (
        <DataTable
          caption="Gates"
          columns={mayCheck ? [...columns, record] : columns}
          rows={lines}
          keyOf={(line) => line.gate}
        />
      )}
      {gate !== null && (
        <CheckDialog
          deploymentId={row.deploymentId}
          gate={gate}
          onClose={() => {
            setGate(null);
          }}
        />
      )}
    </Panel>
  );
};
