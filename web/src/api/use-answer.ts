import { useEffect, useRef, useState } from 'preact/hooks';
import type { Freshness } from '../live/freshness';
import { AnswerLoader } from './answer-loader';
import type { Loaded } from './answer-loader';

export interface Answer<T> extends Loaded<T> {
  /** What is shown is of another question, until the answer to this one is there. */
  readonly isStale: boolean;
  readonly refresh: () => void;
}

interface Kept<T> extends Loaded<T> {
  /** Whose `data` it is. */
  readonly path: string | null;
}

const nothing = { data: undefined, problem: undefined, isLoading: true, path: null };

/**
 * The answer of the API to `path`, kept up to date by `freshness`; none is asked for while it is null.
 * When the path changes the answer to the one before stays, marked as stale, until there is a new one.
 */
export const useAnswer = <T>(
  path: string | null,
  freshness: Freshness | null = null,
): Answer<T> => {
  const [kept, setKept] = useState<Kept<T>>(nothing);
  const loader = useRef<AnswerLoader<T>>(null);
  useEffect(() => {
    if (path === null) {
      setKept({ ...nothing, isLoading: false });
      return;
    }
    setKept((before) => ({ ...before, problem: undefined, isLoading: true }));
    const own = new AnswerLoader<T>(path, freshness, (change) => {
      setKept((before) => ({
        ...before,
        ...change,
        path: change.data === undefined ? before.path : path,
      }));
    });
    loader.current = own;
    own.start();
    return () => {
      own.stop();
    };
  }, [path, freshness]);
  const { data, problem, isLoading } = kept;
  return {
    data,
    problem,
    isLoading,
    isStale: data !== undefined && kept.path !== path,
    refresh: () => loader.current?.refresh(),
  };
};
