import { useState } from 'preact/hooks';
import { ApiProblem } from './problem';

interface Attempt {
  /** What went wrong the last time. */
  readonly problem: ApiProblem | undefined;
  readonly isUnderWay: boolean;
  /** Does `work`, where none is under way. */
  readonly attempt: (work: () => Promise<void>) => Promise<void>;
}

/** What is asked of the server when somebody says so, once at a time. */
export const useAttempt = (): Attempt => {
  const [problem, setProblem] = useState<ApiProblem>();
  const [isUnderWay, setUnderWay] = useState(false);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    if (isUnderWay) return;
    setUnderWay(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    } finally {
      setUnderWay(false);
    }
  };
  return { problem, isUnderWay, attempt };
};
