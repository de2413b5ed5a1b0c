import { count } from '../../format/numbers';
import { duration } from '../../format/durations';
import { Bar } from '../../parts/bar';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { ProblemNote } from '../../parts/problem-note';
import { asOf } from '../../routing/route';
import { lastProof, progress, proofProblem, prove, stopProof } from './proof';
import type { ProofProgress } from './proof';
import { ProofResult } from './proof-result';
import './proof.css';

const Progress = ({ now }: { readonly now: ProofProgress | 'starting' }) => {
  if (now === 'starting') return <p role="status">Begins…</p>;
  const { step, done, total, ratePerSecond, secondsLeft } = now;
  return (
    <div class="proof-progress" role="status">
      <span>
        {step}: {count(done)} of {count(total)}, {count(ratePerSecond)} a second
        {secondsLeft !== null && `, ${duration(secondsLeft * 1_000)} left`}
      </span>
      <Bar share={total === 0 ? 0 : done / total} />
    </div>
  );
};

/** Proof, on demand, that everything is what the ledger makes it. */
export const ProofPage = () => {
  const now = progress.value;
  return (
    <>
      <Panel
        title="Verify"
        note="recomputes the hash chain and folds every read model anew"
        actions={
          now === undefined ? (
            <button type="button" class="button button--primary" onClick={() => void prove()}>
              Verify now
            </button>
          ) : (
            <button
              type="button"
              class="button"
              onClick={({ detail: clicks }) => {
                // The second click of a double one, which began it, finds this in the same place.
                if (clicks < 2) stopProof();
              }}
            >
              Stop
            </button>
          )
        }
      >
        {asOf.value !== null && (
          <p class="note note--info">
            A proof is of everything up to now, whatever moment is shown.
          </p>
        )}
        {now !== undefined && <Progress now={now} />}
        {proofProblem.value !== undefined && <ProblemNote problem={proofProblem.value} />}
        {now === undefined && lastProof.value === undefined && proofProblem.value === undefined && (
          <Empty>
            Nothing has been verified in this tab yet. It takes a while on a large ledger; others go
            on meanwhile.
          </Empty>
        )}
      </Panel>
      {lastProof.value !== undefined && <ProofResult proof={lastProof.value} />}
    </>
  );
};
