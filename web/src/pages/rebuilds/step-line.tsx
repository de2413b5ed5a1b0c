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
export const StepLine = ({ step, state }: Pick<RebuildProgress, 'step' | 'state'>) => {
  const at = state === 'completed' ? steps.length : steps.findIndex((name) => name === step);
  return (
    <ol class="steps" aria-label="Steps">
      {steps.map((name, index) => (
        <li
          key={name}
          class={index < at ? 'steps__done' : ''}
          aria-current={index === at ? 'step' : undefined}
        >
          {spokenStep(name)}
        </li>
      ))}
    </ol>
  );
};
