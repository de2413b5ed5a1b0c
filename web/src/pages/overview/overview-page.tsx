import { asOf } from '../../routing/route';
import { AlertsPanel } from './alerts-panel';
import { AreasStrip } from './areas-strip';
import { CostPanel } from './cost-panel';
import { DeploymentsPanel } from './deployments-panel';
import { ExecutionFigures } from './execution-figures';
import { GatesPanel } from './gates-panel';
import { LatestEvents } from './latest-events';
import { ProjectionsPanel } from './projections-panel';
import { StatusesPanel } from './statuses-panel';
import { UnderWayPanel } from './under-way-panel';
import './overview.css';

/** How the pipeline is, at a glance. What is of this moment alone is left out of the past. */
export const OverviewPage = () => {
  const isNow = asOf.value === null;
  return (
    <>
      {isNow && <AreasStrip />}
      <ExecutionFigures />
      <StatusesPanel />
      <div class="grid">
        <AlertsPanel />
        <UnderWayPanel />
        {isNow ? (
          <>
            <div class="stack">
              <CostPanel />
              <GatesPanel />
            </div>
            <ProjectionsPanel />
          </>
        ) : (
          <>
            <CostPanel />
            <GatesPanel />
          </>
        )}
        <div class="stack stack--wide">
          <DeploymentsPanel />
          <LatestEvents />
        </div>
      </div>
    </>
  );
};
