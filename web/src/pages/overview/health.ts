import type { Schema } from '../../api/contract';
import type { ApiProblem } from '../../api/problem';

export type Health = Schema<'OverallHealth'>;

interface Told {
  readonly data: Health | undefined;
  readonly problem: ApiProblem | undefined;
}

const isHealth = (body: unknown): body is Health =>
  typeof body === 'object' && body !== null && 'checks' in body && 'areas' in body;

/** Where it is unhealthy it is told with 503: an answer like any other, and the one that matters most. */
export const withUnhealthy = <Answered extends Told>(answer: Answered): Answered => {
  const { problem } = answer;
  if (problem?.status !== 503 || !isHealth(problem.body)) return answer;
  return { ...answer, data: problem.body, problem: undefined };
};
