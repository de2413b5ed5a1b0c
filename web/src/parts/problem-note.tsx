import type { ApiProblem } from '../api/problem';

interface Properties {
  readonly problem: ApiProblem;
  /** Of what is asked for again by itself where the server says that this may help. */
  readonly onRetry?: () => void;
}

/** What went wrong, in the server's words. */
export const ProblemNote = ({ problem, onRetry }: Properties) => (
  <div class="note note--bad" role="alert">
    <p>{problem.detail}</p>
    {problem.faults.length > 0 && (
      <ul>
        {problem.faults.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            {path === '' ? '' : <code>{path}</code>} {message}
          </li>
        ))}
      </ul>
    )}
    <p class="note__more">
      {problem.status === 0 ? 'No answer' : `${String(problem.status)} ${problem.code}`}
      {problem.correlationId !== null && ` · correlation id ${problem.correlationId}`}
      {onRetry !== undefined && problem.retryAfterSeconds !== null && ' · trying again by itself'}
    </p>
    {onRetry !== undefined && problem.retryAfterSeconds === null && (
      <button type="button" class="button button--small" onClick={onRetry}>
        Try again
      </button>
    )}
  </div>
);
