import { useState } from 'preact/hooks';
import { none } from '../../format/numbers';
import { At } from '../../parts/at';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { isAssessed, isUndecided } from './deployment';
import type { DeploymentRow, SignOff } from './deployment';
import { SignDialog, turnTexts } from './sign-dialog';
import type { Turn } from './sign-dialog';

interface Properties {
  readonly row: DeploymentRow;
  readonly mayAct: boolean;
}

const Standing = ({ verdict, invalidatedBy }: SignOff) => {
  if (verdict !== null) return <Status name={verdict} />;
  if (invalidatedBy === null) return <Status name="open" />;
  const { kind, name, to } = invalidatedBy;
  return (
    <span class="named">
      <Status name="fell" tone="warn" />
      <small>
        as {kind} {name} became {to}
      </small>
    </span>
  );
};

const columns: readonly Column<SignOff>[] = [
  { heading: 'Role', cell: ({ role }) => role, isName: true },
  { heading: 'Verdict', cell: (line) => <Standing {...line} /> },
  {
    heading: 'By',
    cell: ({ by, at, comment }) =>
      by === null || at === null ? (
        none
      ) : (
        <span class="named">
          <span>
            {by}, <At at={at} />
          </span>
          {comment !== null && <small>{comment}</small>}
        </span>
      ),
  },
];

/** Who has to sign, who has, and what took a signature away. */
export const SignOffsPanel = ({ row, mayAct }: Properties) => {
  const [signing, setSigning] = useState<{ role: string; turn: Turn } | null>(null);
  const mayWithdraw = mayAct && (isUndecided(row) || row.status === 'go');
  const buttons: Column<SignOff> = {
    heading: 'Sign',
    isNumeric: true,
    cell: ({ role, verdict }) => {
      const turns: readonly Turn[] =
        verdict !== null
          ? [...(mayWithdraw ? (['withdrawn'] as const) : [])]
          : [...(mayAct && isUndecided(row) ? (['approved', 'rejected'] as const) : [])];
      return (
        <span class="buttons">
          {turns.map((turn) => (
            <button
              key={turn}
              type="button"
              class="button button--small"
              aria-label={`${turnTexts[turn][0]} as ${role}`}
              onClick={() => {
                setSigning({ role, turn });
              }}
            >
              {turn === 'withdrawn' ? 'Withdraw…' : `${turnTexts[turn][0]}…`}
            </button>
          ))}
        </span>
      );
    },
  };
  return (
    <Panel
      title="Sign-offs"
      {...(isAssessed(row)
        ? { note: <span title={row.contentHash}>of {row.contentHash.slice(0, 12)}…</span> }
        : {})}
    >
      {row.signOffs.length === 0 ? (
        <Empty>Its plan asks for no sign-off.</Empty>
      ) : (
        <DataTable
          caption="Sign-offs"
          columns={mayWithdraw ? [...columns, buttons] : columns}
          rows={row.signOffs}
          keyOf={({ role }) => role}
        />
      )}
      {signing !== null && (
        <SignDialog
          row={row}
          {...signing}
          onClose={() => {
            setSigning(null);
          }}
        />
      )}
    </Panel>
  );
};
