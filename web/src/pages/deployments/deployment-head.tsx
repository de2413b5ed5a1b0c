import { count, none } from '../../format/numbers';
import { At } from '../../parts/at';
import { Figure } from '../../parts/figure';
import { ReportButton } from '../../parts/report-button';
import { Status } from '../../parts/status';
import { StepLine } from '../../parts/step-line';
import { address } from '../../api/address';
import { asOf, link } from '../../routing/route';
import { approvedOf, passedOf, streamOf, tickedOf, trafficOf } from './deployment';
import type { DeploymentRow } from './deployment';
import { stagesOf } from './stages';

const Other = ({ how, deploymentId }: { readonly how: string; readonly deploymentId: string }) =>
  deploymentId === 'initial' ? (
    <span>{how} what was before any deployment</span>
  ) : (
    <a href={link('deployments', deploymentId)}>
      {how} {deploymentId}
    </a>
  );

const Lineage = ({ row }: { readonly row: DeploymentRow }) => (
  <p class="lineage">
    <Status name={row.status} />
    <span>version {row.version}</span>
    {row.supersedes !== null && <Other how="took the place of" deploymentId={row.supersedes} />}
    {row.supersedes === null && row.previous !== null && (
      <Other how="to take the place of" deploymentId={row.previous} />
    )}
    {row.supersededBy !== null && <Other how="superseded by" deploymentId={row.supersededBy} />}
    {row.rollbackId !== null && <a href={link('rollbacks', row.rollbackId)}>its rollback</a>}
    <a href={link('executions', null, { deploymentId: row.deploymentId })}>its executions</a>
    <a href={link('alerts', null, { deploymentId: row.deploymentId })}>its alerts</a>
    <a href={link('events', null, { streams: streamOf(row.deploymentId) })}>its events</a>
    <ReportButton
      path={address(`/v1/deployments/${encodeURIComponent(row.deploymentId)}/report`, {
        asOf: asOf.value,
      })}
      name={`deployment-${row.deploymentId}`}
    />
  </p>
);

/** Where a deployment stands. */
export const DeploymentHead = ({ row }: { readonly row: DeploymentRow }) => {
  const { checklist, signOffs, gates, decision } = row;
  const traffic = trafficOf(row);
  const { steps, at, isStuck } = stagesOf(row);
  const events = (types: string): string =>
    link('events', null, { streams: streamOf(row.deploymentId), types });
  return (
    <>
      <Lineage row={row} />
      {row.notes !== null && <p class="muted">{row.notes}</p>}
      <StepLine label="States" steps={steps} at={at} isStuck={isStuck} />
      <div class="figures">
        <Figure
          label="Traffic"
          value={traffic === null ? none : count(traffic)}
          {...(traffic === null ? {} : { unit: '%' })}
          note={`flow ${row.flow}`}
          href={events('DeploymentPromoted')}
        />
        <Figure
          label="Checklist"
          value={count(tickedOf(row))}
          unit={`of ${count(checklist.length)}`}
          note="items ticked"
          href={events('ChecklistItemTicked,ChecklistItemUnticked')}
        />
        <Figure
          label="Signed off"
          value={count(approvedOf(row))}
          unit={`of ${count(signOffs.length)}`}
          note={row.plannerMaySign ? 'the planner may sign' : 'the planner may not sign'}
          href={events('DeploymentSignedOff,SignOffWithdrawn,SignOffsInvalidated')}
        />
        <Figure
          label="Gates"
          value={count(passedOf(row))}
          unit={`of ${count(gates.length)}`}
          note="last checked successful"
          href={events('CheckRecorded')}
        />
        <Figure
          label="Decision"
          value={decision === null ? none : decision.verdict === 'go' ? 'GO' : 'NO-GO'}
          tone={decision === null ? 'plain' : decision.verdict === 'go' ? 'good' : 'bad'}
          note={decision === null ? 'not decided' : `by ${decision.by}: ${decision.reason}`}
          href={events('DeploymentDecided,DecisionLapsed,OverrideRequested')}
        />
        <Figure
          label={row.liveAt === null ? 'Planned by' : 'Went live'}
          value={row.liveAt === null ? row.plannedBy : row.liveAt.slice(0, 10)}
          note={<At at={row.liveAt ?? row.plannedAt} />}
          href={events('DeploymentPlanned,DeploymentCompleted')}
        />
      </div>
    </>
  );
};
