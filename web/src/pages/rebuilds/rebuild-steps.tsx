import { StepLine } from '../../parts/step-line';
import type { RebuildProgress } from './rebuild';

const steps = [
  'plan',
  'create',
  'bulk-fold',
  'index',
  'catch-up',
  'join',
  'verify',
  'diff',
  'cut-over',
  'warm',
] as const;

const spokenStep = (step: string): string => step.replace('-', ' ');

/** The steps of a rebuild, and which of them it is at. */
export const RebuildSteps = ({ step, state }: Pick<RebuildProgress, 'step' | 'state'>) => (
  <StepLine
    label="Steps"
    steps={steps.map(spokenStep)}
    at={state === 'completed' ? steps.length : steps.findIndex((name) => name === step)}
    isStuck={state === 'failed'}
  />
);
