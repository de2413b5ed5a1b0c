import type { Phase } from './deployment';

const phases: Readonly<Record<Phase, string>> = {
  'before-deployment': 'Before the deployment',
  integration: 'Integration',
  staging: 'Staging',
  production: 'Production',
  validation: 'Validation',
  monitoring: 'Monitoring',
};

/** A phase of a checklist as people say it. */
export const spokenPhase = (phase: Phase): string => phases[phase];
