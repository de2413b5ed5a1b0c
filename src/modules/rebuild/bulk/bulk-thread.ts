/* What a thread of a bulk fold runs: one job or a share of it, then it has nothing left to do. */
import { parentPort, workerData } from 'node:worker_threads';
import { projections } from '../../../projections';
import type { BulkJob, BulkOutcome, BulkProgress, BulkTarget } from './bulk-job';
import { runBulk } from './bulk-run';
import { runShare } from './bulk-shares';
import type { ShareOfPass } from './bulk-shares';

/** A job as it can be sent to a thread: with names of projections. */
export interface ThreadJob extends Omit<BulkJob, 'targets'> {
  readonly url: string;
  /** Null for all of it. */
  readonly share: ShareOfPass | null;
  readonly targets: readonly (Omit<BulkTarget, 'projection'> & { readonly projection: string })[];
}

/** What the thread says: that it begins; how far it is, now and then; at the end what came of it. */
export type ThreadWord =
  | { readonly ready: true }
  | { readonly progress: BulkProgress }
  | { readonly outcome: BulkOutcome }
  | { readonly failure: { readonly message: string; readonly code: unknown } };

const say = (word: ThreadWord): void => parentPort?.postMessage(word);

/** Less often than slices are read, so that the main thread has nothing to do for it. */
const progressMilliseconds = 200;

const run = async ({ url, share, targets, ...rest }: ThreadJob): Promise<void> => {
  const aborted = new AbortController();
  parentPort?.on('message', () => {
    aborted.abort();
  });
  const known = targets.map(({ projection, ...target }) => {
    const found = projections.find(({ name }) => name === projection);
    if (found === undefined) throw new Error(`there is no projection ${projection}`);
    return { ...target, projection: found };
  });
  say({ ready: true });
  let told = 0;
  const progress = (now: BulkProgress): void => {
    if (performance.now() - told < progressMilliseconds) return;
    told = performance.now();
    say({ progress: now });
  };
  try {
    const job = { ...rest, targets: known };
    const { signal } = aborted;
    const outcome =
      share === null
        ? await runBulk(url, job, progress, signal)
        : await runShare(url, job, share, { progress, signal });
    say({ outcome });
  } catch (error) {
    const { message, code } = error as Error & { readonly code?: unknown };
    say({ failure: { message, code } });
  } finally {
    parentPort?.close();
  }
};

void run(workerData as ThreadJob);
