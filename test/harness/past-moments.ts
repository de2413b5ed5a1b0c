/* Read models as of past moments, which are built when they are asked for. */
import type { Answer } from './client';
import { eventually } from './eventually';

/** The answer once what it is of is built: on a busy machine that takes longer than a request waits. */
export const onceBuilt = <Body>(ask: () => Promise<Answer<Body>>): Promise<Answer<Body>> =>
  eventually(
    'the past moment is built',
    async () => {
      const answer = await ask();
      const { code } = answer.body as { readonly code?: unknown };
      return code === 'as-of-building' ? undefined : answer;
    },
    { every: 50 },
  );
