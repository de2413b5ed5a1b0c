import { refuse } from './decider';
import type { Refusal } from './decider';

export type VoidedWorkRefusal = 'work-voided';

/** Nothing is done on a stream that is void as a whole, or with it; what was spent on it is told all the same. */
export const voidedWork = (stream: string, deploymentId: string): Refusal<VoidedWorkRefusal> =>
  refuse(
    'work-voided',
    `${stream} was begun under ${deploymentId}, whose work is void since it was rolled back: begin another, or reinstate-deployment ${deploymentId}`,
  );
