import { duration } from '../../format/durations';
import { count, plural } from '../../format/numbers';
import { At } from '../../parts/at';
import { Bar } from '../../parts/bar';
import { ReportButton } from '../../parts/report-button';
import { Status } from '../../parts/status';
import { asOf, link } from '../../routing/route';
import { namedDeployment, stepsInAll, takenOf } from './rollback';
import type { RollbackView } from './rollback';

const Sentences = ({ lines }: { readonly lines: readonly string[] }) => (
  <ul class="sentences">
    {lines.map((line) => (
      <li key={line}>{line}</li>
    ))}
  </ul>
);

const Failure = ({ view }: { readonly view: RollbackView }) => (
  <>
    <div class="note note--bad" role="alert">
      <p>It stopped: {view.cause}</p>
      {view.doesNotHold.length > 0 && <p>Does not hold:</p>}
      <Sentences lines={view.doesNotHold} />
    </div>
    {view.holds.length > 0 && (
      <details>
        <summary>{plural(view.holds.length, 'thing that holds', 'things that hold')}</summary>
        <Sentences lines={view.holds} />
      </details>
    )}
  </>
);

const toneOfState = (state: string): 'good' | 'bad' | 'info' => {
  if (state === 'completed') return 'good';
  return state === 'failed' ? 'bad' : 'info';
};

/** What is taken back to what, why, and how far it is. */
export const RollbackHead = ({ view }: { readonly view: RollbackView }) => {
  const { rollbackId, deploymentId, to, mode, reason, state, seconds, startedBy } = view;
  const taken = takenOf(view);
  return (
    <>
      <p class="lineage">
        <Status name={state} />
        {view.rehearsal && <Status name="rehearsal" tone="info" />}
        <span>
          <a href={link('deployments', deploymentId)}>{deploymentId}</a> back to{' '}
          {to === 'initial' ? namedDeployment(to) : <a href={link('deployments', to)}>{to}</a>}
        </span>
        <span>mode {mode}</span>
        <span>
          by {startedBy} at <At at={view.startedAt} />
        </span>
        <a href={link('events', null, { streams: `rollback-${rollbackId}` })}>its events</a>
        {asOf.value === null && (
          <ReportButton
            path={`/v1/rollbacks/${encodeURIComponent(rollbackId)}`}
            name={`rollback-${deploymentId}`}
          />
        )}
      </p>
      <p>{reason}</p>
      {state === 'failed' && <Failure view={view} />}
      {state === 'aborted' && !view.rehearsal && (
        <p class="note note--info">It was given up, and {deploymentId} stays live.</p>
      )}
      <div class="pass">
        <span role="status">
          {count(taken)} of {count(stepsInAll)} steps taken in {duration(seconds * 1_000)}
        </span>
        <Bar share={taken / stepsInAll} tone={toneOfState(state)} />
      </div>
    </>
  );
};
