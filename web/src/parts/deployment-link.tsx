import { link } from '../routing/route';

/** A deployment, and the way to it: there is none to what was before all of them. */
export const DeploymentLink = ({ deploymentId }: { readonly deploymentId: string }) =>
  deploymentId === 'initial' ? (
    <>initial</>
  ) : (
    <a href={link('deployments', deploymentId)}>{deploymentId}</a>
  );
