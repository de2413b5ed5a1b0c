import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../api/use-answer';
import type { Loaded } from '../../api/answer-loader';
import { isoOf } from '../../format/times';
import { SlidingCounts } from '../../live/sliding-counts';
import type { WindowCount } from '../../live/window-count';
import { minute } from '../../time/clock';
import { hoursBefore } from '../../time/moment';

/** The events of `types` in the last `hours`, as they are recorded and as they grow old. */
export const useDayCounts = (types: readonly string[], hours: number): Answer<WindowCount> => {
  const [loaded, setLoaded] = useState<Loaded<WindowCount>>({
    data: undefined,
    problem: undefined,
    isLoading: true,
  });
  const counts = useRef<SlidingCounts>(null);
  useEffect(() => {
    const own = new SlidingCounts(
      types,
      () => hoursBefore(isoOf(minute.value), hours),
      (change) => {
        setLoaded((before) => ({ ...before, ...change, isLoading: false }));
      },
    );
    counts.current = own;
    own.start();
    return () => {
      own.stop();
    };
  }, [types, hours]);
  return { ...loaded, isStale: false, refresh: () => counts.current?.recount() };
};
