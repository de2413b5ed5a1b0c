import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Inject, Injectable } from '@nestjs/common';
import { projections } from '../../../projections';
import { DATABASE_URL } from '../../database/database.tokens';
import { Starts } from '../../threads/starts';
import { workerFile } from '../../threads/worker-file';
import type { BulkJob, BulkOutcome, BulkProgress } from './bulk-job';
import { runBulk } from './bulk-run';
import { runShares } from './bulk-shares';
import type { ShareOfPass } from './bulk-shares';
import type { ThreadJob, ThreadWord } from './bulk-thread';
import type { Watch } from './filling';

/**
 * Room for what is soon forgotten, more than V8's own: rows that are made anew with every event outlive
 * a smaller one, and copying them took a third of the time.
 */
const youngMegabytes = 192;

/** Two threads took 0.6 of the time of one on two cores; the database needs some of them as well. */
const sharesAtMost = 2;
/** Of fewer events threads are longer in starting than at work. */
const smallestShare = 100_000n;

const sharesOf = ({ through, scope, maxEventsPerSecond }: BulkJob): number => {
  if (maxEventsPerSecond !== null) return 1; // what has a limit needs no second thread
  const positions = through - ((scope?.fromPosition ?? 1n) - 1n);
  return Math.max(
    1,
    Math.min(sharesAtMost, availableParallelism(), Number(positions / smallestShare)),
  );
};

/**
 * Fills the empty tables of generations from the ledger, in threads of its own, so that no request
 * waits for it. A thread finds projections by their names: others than those of the registry are
 * folded here, with turns for whoever else is served.
 */
@Injectable()
export class BulkFold {
  private readonly starts = new Starts();

  constructor(@Inject(DATABASE_URL) private readonly url: string) {}

  /** @throws as `runBulk` does. */
  run(
    job: BulkJob,
    progress: (now: BulkProgress) => void,
    signal: AbortSignal,
  ): Promise<BulkOutcome> {
    const areKnown = job.targets.every(({ projection }) => projections.includes(projection));
    if (!areKnown) return runBulk(this.url, job, progress, signal);
    const watch = { progress, signal };
    const count = sharesOf(job);
    if (count === 1) return this.inThread(job, null, watch);
    const part = { ...job, memoryBytes: job.memoryBytes / count };
    const carryOut = (share: ShareOfPass, its: Watch) => this.inThread(part, share, its);
    return runShares(this.url, job, count, carryOut, watch);
  }

  private inThread(job: BulkJob, share: ShareOfPass | null, watch: Watch): Promise<BulkOutcome> {
    return this.starts.run((begun) => this.carriedOut(job, share, watch, begun));
  }

  private async carriedOut(
    { targets, ...job }: BulkJob,
    share: ShareOfPass | null,
    { progress, signal }: Watch,
    begun: () => void,
  ): Promise<BulkOutcome> {
    signal.throwIfAborted();
    const workerData: ThreadJob = {
      ...job,
      url: this.url,
      share,
      targets: targets.map((one) => ({ ...one, projection: one.projection.name })),
    };
    const thread = new Worker(workerFile(require.resolve('./bulk-thread')), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes / (share?.share.count ?? 1) },
    });
    const abort = (): void => {
      thread.postMessage('abort');
    };
    signal.addEventListener('abort', abort);
    try {
      return await new Promise((done, failed) => {
        thread.on('message', (word: ThreadWord) => {
          if ('outcome' in word) done(word.outcome);
          else if ('failure' in word) failed(failureOf(word.failure, signal));
          else if ('progress' in word) progress(word.progress);
          else begun();
        });
        thread.on('error', failed);
        thread.on('exit', () => {
          failed(new Error('the thread of the bulk fold came to an end'));
        });
      });
    } finally {
      signal.removeEventListener('abort', abort);
      await thread.terminate();
    }
  }
}

const failureOf = (
  { message, code }: Extract<ThreadWord, { failure: unknown }>['failure'],
  { aborted }: AbortSignal,
): Error => {
  if (aborted) return new Error('the bulk fold was broken off');
  return Object.assign(new Error(message), { code });
};
