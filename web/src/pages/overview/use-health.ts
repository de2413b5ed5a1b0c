import { useAnswer } from '../../api/use-answer';
import type { Answer } from '../../api/use-answer';
import { useLooks } from '../../api/use-looks';
import { afterAnything } from '../../live/freshness';
import { withUnhealthy } from './health';
import type { Health } from './health';

/** Every check asks a part of the server: not more often than somebody would read it. */
const freshness = afterAnything(5_000);

/** Health turns without an event too: where the database is away there are none. */
const lookEvery = 10_000;

export const useHealth = (): Answer<Health> => {
  const answer = useAnswer<Health>('/health', freshness);
  useLooks(true, lookEvery, answer.refresh);
  return withUnhealthy(answer);
};
