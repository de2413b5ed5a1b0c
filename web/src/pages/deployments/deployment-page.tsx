import { useMemo } from 'preact/hooks';
import { isUnknown } from '../../api/problem';
import { afterStream } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { asOf } from '../../routing/route';
import { isOperator, mayRecordChecks } from '../../session/session';
import { useRow } from '../../time/use-at-moment';
import { ChecklistPanel } from './checklist-panel';
import { ComparisonPanel } from './comparison-panel';
import { isOver, streamOf } from './deployment';
import type { DeploymentRow } from './deployment';
import { DeploymentActions } from './deployment-actions';
import { DeploymentHead } from './deployment-head';
import { GatesPanel } from './gates-panel';
import { MissingPanel } from './missing-panel';
import { SignOffsPanel } from './sign-offs-panel';
import { TimelinePanel } from './timeline-panel';
import { Unplanned } from './unplanned';

/** One deployment: where it stands, what it lacks, and what may be done about it. */
export const DeploymentPage = ({ deploymentId }: { readonly deploymentId: string }) => {
  const freshness = useMemo(() => afterStream(streamOf(deploymentId), 250), [deploymentId]);
  const answer = useRow<DeploymentRow>('deployments', deploymentId, freshness);
  const isNow = asOf.value === null;
  if (isUnknown(answer.problem)) return <Unplanned deploymentId={deploymentId} />;
  return (
    <Answered answer={answer} lines={10}>
      {({ row }) => {
        const mayAct = isNow && isOperator() && !isOver(row);
        const mayCheck = isNow && mayRecordChecks() && !isOver(row);
        return (
          <>
            <DeploymentHead row={row} />
            {isNow && <DeploymentActions row={row} />}
            <div class="grid">
              <MissingPanel row={row} />
              <SignOffsPanel row={row} mayAct={mayAct} />
            </div>
            <GatesPanel row={row} mayCheck={mayCheck} />
            <ChecklistPanel row={row} mayAct={mayAct} />
            <ComparisonPanel row={row} />
            <TimelinePanel row={row} />
          </>
        );
      }}
    </Answered>
  );
};
