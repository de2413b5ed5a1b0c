import { count, plural } from '../../format/numbers';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Hash } from '../../parts/hash';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import type { RebuildPart, Verification } from './rebuild';

type Proven = RebuildPart & { readonly verification: Verification };

const refolded = ({ of, rows, events }: Verification['refolded']): string => {
  if (of === 'nothing') return 'none: it is too large';
  const what = { everything: 'all', streams: 'of some streams', keys: 'some' }[of];
  return `${count(rows)} (${what}), by ${plural(events, 'event')}`;
};

const columns: readonly Column<Proven>[] = [
  { heading: 'Read model', cell: ({ projection }) => projection, isName: true },
  {
    heading: 'By the ledger',
    cell: ({ verification: { holds } }) => (
      <Status name={holds ? 'holds' : 'does not hold'} tone={holds ? 'good' : 'bad'} />
    ),
  },
  {
    heading: 'Position',
    cell: ({ verification: { position } }) => count(BigInt(position)),
    isNumeric: true,
  },
  { heading: 'Rows', cell: ({ verification: { rows } }) => count(rows), isNumeric: true },
  {
    heading: 'Events accounted for',
    cell: ({ verification: { events } }) => count(events),
    isNumeric: true,
  },
  {
    heading: 'Rows folded again',
    cell: ({ verification }) => refolded(verification.refolded),
  },
  {
    heading: 'Ledger hash',
    cell: ({ verification: { ledgerHash } }) => <Hash hash={ledgerHash} />,
    isMinor: true,
  },
  {
    heading: 'Content hash',
    cell: ({ verification: { contentHash } }) => <Hash hash={contentHash} />,
    isMinor: true,
  },
];

const Faults = ({ part }: { readonly part: Proven }) => {
  const { faults, faultCount } = part.verification;
  const rest = faultCount - faults.length;
  return (
    <div class="note note--bad">
      <p>
        {part.projection} was built otherwise than the ledger makes it, and is never taken live:
      </p>
      <ul>
        {faults.map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
        {rest > 0 && <li>and {count(rest)} more</li>}
      </ul>
    </div>
  );
};

/** What each generation was proven by before it may go live, and where one is false. */
export const VerifyPanel = ({ parts }: { readonly parts: readonly RebuildPart[] }) => {
  const proven = parts.filter((part): part is Proven => part.verification !== null);
  const underWay = parts.filter(({ verifying }) => verifying !== null);
  if (proven.length + underWay.length === 0) return null;
  return (
    <Panel title="Proof" note="of what was built, by the ledger alone">
      {underWay.map(({ projection, verifying }) => (
        <p key={projection} class="note note--info">
          {projection} is being proven: {verifying?.step}
          {verifying !== null && verifying.total > 0
            ? `, ${count(verifying.done)} of ${count(verifying.total)}`
            : ''}
        </p>
      ))}
      {proven
        .filter(({ verification }) => !verification.holds)
        .map((part) => (
          <Faults key={part.projection} part={part} />
        ))}
      {proven.length > 0 && (
        <DataTable
          caption="Proof by read model"
          columns={columns}
          rows={proven}
          keyOf={({ projection }) => projection}
        />
      )}
    </Panel>
  );
};
