import './step-line.css';

interface Properties {
  readonly label: string;
  readonly steps: readonly string[];
  /** Index of the one that it is at; the number of steps where all are done. */
  readonly at: number;
  /** Of the one it is at: that it does not go on from there. */
  readonly isStuck?: boolean;
}

const classOf = (index: number, { at, isStuck = false }: Properties): string => {
  if (index < at) return 'steps__done';
  return index === at && isStuck ? 'steps__stuck' : '';
};

/** Steps one after the other, and which of them something is at. */
export const StepLine = (properties: Properties) => (
  <ol class="steps" aria-label={properties.label}>
    {properties.steps.map((name, index) => (
      <li
        key={name}
        class={classOf(index, properties)}
        aria-current={index === properties.at ? 'step' : undefined}
      >
        {name}
      </li>
    ))}
  </ol>
);
