import { useState } from 'preact/hooks';
import { asOf, route } from '../../routing/route';
import { isOperator } from '../../session/session';
import { DeploymentPage } from './deployment-page';
import { DeploymentsList } from './deployments-list';
import { PlanPanel } from './plan-panel';
import './deployments.css';

/** Deployments of the flows: what they take to go live, and how they fare. */
export const DeploymentsPage = () => {
  const { id } = route.value;
  const [isPlanning, setPlanning] = useState(false);
  if (id !== null) return <DeploymentPage key={id} deploymentId={id} />;
  const mayPlan = isOperator() && asOf.value === null;
  return (
    <>
      {mayPlan && isPlanning && (
        <PlanPanel
          onClose={() => {
            setPlanning(false);
          }}
        />
      )}
      <DeploymentsList
        {...(mayPlan && !isPlanning
          ? {
              onPlan: () => {
                setPlanning(true);
              },
            }
          : {})}
      />
    </>
  );
};
