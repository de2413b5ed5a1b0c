/** Deployments that nobody planned have no stream: the one before all others. */
export const isPlanned = (deploymentId: string): boolean => deploymentId !== 'initial';
