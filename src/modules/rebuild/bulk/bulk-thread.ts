/* What the thread of a bulk fold runs: one job, then it has nothing left to do. */
import { parentPort, workerData } from 'node:worker_threads';
import { projections } from '../../../projections';
import type { BulkJob, BulkOutcome, BulkProgress, BulkTarget } from './bulk-job';
import { runBulk } from './bulk-run';

/** A job as it can be sent to a thread: with names of projections. */
export interface ThreadJob extends Omit<BulkJob, 'targets'> {
  readonly url: string;
  readonly targets: readonly (Omit<BulkTarget, 'projection'> & { readonly projection: string })[];
}

/** What the thread says: how far it is, now and then; at the end what came of it. */
export type ThreadWord =
  | { readonly progress: BulkProgress }
  | { readonly outcome: BulkOutcome }
  | { readonly failure: { readonly message: string; readonly code: unknown } };

const say = (word: ThreadWord): void => parentPort?.postMessage(word);

/** Less often than slices are read, so that the main thread has nothing to do for it. */
const progressMilliseconds = 200;

const run = async ({ url, targets, ...job }: ThreadJob): Promise<void> => {
  const aborted = new AbortController();
  parentPort?.on('message', () => {
    aborted.abort();
  });
  const known = targets.map(({ projection, ...rest }) => {
    const found = projections.find(({ name }) => name === projection);
    if (found === undefined) throw new Error(`there is no projection ${projection}`);
    return { ...rest, projection: found };
  });
  let told = 0;
  const progress = (now: BulkProgress): void => {
    if (performance.now() - told < progressMilliseconds) return;
    told = performance.now();
    say({ progress: now });
  };
  try {
    say({ outcome: await runBulk(url, { ...job, targets: known }, progress, aborted.signal) });
  } catch (error) {
    const { message, code } = error as Error & { readonly code?: unknown };
    say({ failure: { message, code } });
  } finally {
    parentPort?.close();
  }
};

void run(workerData as ThreadJob);
