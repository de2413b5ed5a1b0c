import { useEffect, useState } from 'preact/hooks';
import type { DeploymentRow } from './deployment';

interface Seen {
  /** What is signed: what was seen, whatever it is by now. */
  readonly seen: DeploymentRow;
  /** What would have been signed before, and was refused as it had changed; null where nothing was. */
  readonly before: DeploymentRow | null;
  /** What was seen is no longer what there is: that is seen instead as soon as the page knows it. */
  readonly takeUp: () => void;
}

/** The content that somebody is asked to sign: it changes under nobody, but once it was refused. */
export const useSeen = (row: DeploymentRow): Seen => {
  const [seen, setSeen] = useState(row);
  const [before, setBefore] = useState<DeploymentRow | null>(null);
  useEffect(() => {
    if (before === seen && row.contentHash !== seen.contentHash) setSeen(row);
  }, [row, seen, before]);
  return {
    seen,
    before,
    takeUp: () => {
      setBefore(seen);
    },
  };
};
