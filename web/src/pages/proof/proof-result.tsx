import { count, plural } from '../../format/numbers';
import { At } from '../../parts/at';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Figure } from '../../parts/figure';
import { Hash } from '../../parts/hash';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';
import { Faults } from './faults';
import type { Proof, ProjectionProof } from './proof';

const Result = ({ holds, faultCount }: { holds: boolean; faultCount: number }) => (
  <Status name={holds ? 'holds' : plural(faultCount, 'fault')} tone={holds ? 'good' : 'bad'} />
);

const columns: readonly Column<ProjectionProof>[] = [
  { heading: 'Read model', cell: ({ projection }) => projection, isName: true },
  { heading: 'Result', cell: (proof) => <Result {...proof} /> },
  {
    heading: 'Position',
    cell: ({ position }) => <a href={link('events', null, { at: position })}>{count(position)}</a>,
    isNumeric: true,
  },
  {
    heading: 'Rows',
    cell: ({ rows, skippedEvents }) => (
      <>
        {count(rows)}
        {skippedEvents > 0 && (
          <span class="muted"> without {plural(skippedEvents, 'skipped event')}</span>
        )}
      </>
    ),
    isNumeric: true,
  },
  { heading: 'Generation', cell: ({ generation }) => generation, isMinor: true },
  {
    heading: 'Ledger hash',
    cell: ({ ledgerHash }) => <Hash hash={ledgerHash} />,
    isMinor: true,
  },
  {
    heading: 'Content hash',
    cell: ({ contentHash }) => <Hash hash={contentHash} />,
    isMinor: true,
  },
];

/** What a proof found. */
export const ProofResult = ({ proof }: { readonly proof: Proof }) => {
  const { ledger, kafka, projections } = proof;
  const faults = [
    { of: 'ledger', ...ledger },
    ...projections.map((one) => ({ of: one.projection, ...one })),
    ...(kafka === null ? [] : [{ of: 'topic', ...kafka }]),
  ].filter(({ holds }) => !holds);
  return (
    <>
      <p class={`note ${proof.holds ? 'note--good' : 'note--bad'}`} role="status">
        <span>
          <b>{proof.holds ? 'Everything holds' : 'Something does not hold'}</b>, as of{' '}
          <At at={proof.startedAt} />: {plural(proof.eventsPerSecond, 'event')} a second for{' '}
          {proof.seconds.toFixed(1)} s.
        </span>
      </p>
      {faults.map(({ of, faults: found, faultCount }) => (
        <Faults key={of} of={of} faults={found} faultCount={faultCount} />
      ))}
      <div class="figures">
        <Figure
          label="Ledger"
          value={<Result {...ledger} />}
          note={`${plural(ledger.events, 'event')} in ${plural(ledger.commits, 'commit')}`}
        />
        <Figure label="Position" value={count(ledger.position)} />
        <Figure label="Ledger hash" value={<Hash hash={ledger.hash} />} note="names this history" />
        {kafka !== null && (
          <Figure
            label={`Topic ${kafka.topic}`}
            value={<Result {...kafka} />}
            note={`${plural(kafka.messages, 'message')}, ${count(kafka.resent)} sent again`}
          />
        )}
      </div>
      <Panel title="Read models">
        <DataTable
          caption="Proof of each read model"
          columns={columns}
          rows={projections}
          keyOf={({ projection }) => projection}
        />
      </Panel>
    </>
  );
};
