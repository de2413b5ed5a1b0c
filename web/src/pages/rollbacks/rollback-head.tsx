import { duration } from '../../format/durations';
import { count } from '../../format/numbers';
import { At } from '../../parts/at';
import { Bar } from '../../parts/bar';
import { ReportButton } from '../../parts/report-button';
import { Status } from '../../parts/status';
import { asOf, link } from '../../routing/route';
import { namedDeployment, stepsInAll, takenOf } from './rollback';
import type { RollbackView } from './rollback';

const List = ({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) =>
  lines.length === 0 ? null : (
    <div>
      <h3>{title}</h3>
      <ul class="sentences">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );

const Failure = ({ view }: { readonly view: RollbackView }) => (
  <div class="note note--bad" role="alert">
    <p>It stopped: {view.cause}</p>
    <List title="Holds" lines={view.holds} />
    <List title="Does not hold" lines={view.doesNotHold} />
  </div>
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
      {state === 'aborted' && (
        <p class="note note--info">It was given up, and {deploymentId} stays live.</p>
      )}
      <div class="pass">
        <span role="status">
          {count(taken)} of {count(stepsInAll)} steps taken, {duration(seconds * 1_000)} so far
        </span>
        <Bar share={taken / stepsInAll} tone={toneOfState(state)} />
      </div>
    </>
  );
};
