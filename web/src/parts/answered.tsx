import type { ComponentChildren } from 'preact';
import { isUnknown } from '../api/problem';
import type { ApiProblem } from '../api/problem';
import type { Answer } from '../api/use-answer';
import { Empty } from './empty';
import { ProblemNote } from './problem-note';

interface Properties<T> {
  readonly answer: Answer<T>;
  /** Lines of the placeholder while there is nothing to show yet. */
  readonly lines?: number;
  /** Where there is nothing of the id that was asked for. */
  readonly unknown?: ComponentChildren;
  readonly children: (data: T) => ComponentChildren;
}

const isBuilding = (problem: ApiProblem | undefined): boolean => problem?.code === 'as-of-building';

const isAhead = (problem: ApiProblem | undefined): boolean => problem?.code === 'moment-ahead';

const Placeholder = ({ lines }: { readonly lines: number }) => (
  <div class="placeholder" aria-hidden="true">
    {Array.from({ length: lines }, (_, line) => (
      <span key={line} />
    ))}
  </div>
);

/** What the API answered; before that a placeholder, and what went wrong beside what was known. */
export const Answered = <T,>({ answer, lines = 4, unknown, children }: Properties<T>) => {
  const { data, problem, isStale, isLoading } = answer;
  if (unknown !== undefined && isUnknown(problem)) return <>{unknown}</>;
  const isWaiting = data === undefined && problem === undefined && isLoading;
  return (
    <div class={isStale ? 'answered answered--stale' : 'answered'} aria-busy={isWaiting || isStale}>
      {isBuilding(problem) && (
        <p class="note note--info" role="status">
          Building this moment from the ledger; it is shown as soon as it is there.
        </p>
      )}
      {isAhead(problem) && <Empty>The moment of the address lies ahead.</Empty>}
      {problem !== undefined && !isBuilding(problem) && !isAhead(problem) && (
        <ProblemNote problem={problem} onRetry={answer.refresh} />
      )}
      {(isWaiting || (data === undefined && isBuilding(problem))) && <Placeholder lines={lines} />}
      {data !== undefined && children(data)}
    </div>
  );
};
