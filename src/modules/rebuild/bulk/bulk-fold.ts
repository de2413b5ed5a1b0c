import { Worker } from 'node:worker_threads';
import { Inject, Injectable } from '@nestjs/common';
import { projections } from '../../../projections';
import { DATABASE_URL } from '../../database/database.tokens';
import { workerFile } from '../../threads/worker-file';
import type { BulkJob, BulkOutcome, BulkProgress } from './bulk-job';
import { runBulk } from './bulk-run';
import type { ThreadJob, ThreadWord } from './bulk-thread';

/**
 * Room for what is soon forgotten, three times V8's own: rows that are made anew with every event outlive
 * a smaller one, and copying them took a third of the time.
 */
const youngMegabytes = 192;

/**
 * Fills the empty tables of generations from the ledger, in a thread of its own, so that no request
 * waits for it. The thread finds projections by their names: others than those of the registry are
 * folded here, with turns for whoever else is served.
 */
@Injectable()
export class BulkFold {
  constructor(@Inject(DATABASE_URL) private readonly url: string) {}

  /** @throws as `runBulk` does. */
  run(
    job: BulkJob,
    progress: (now: BulkProgress) => void,
    signal: AbortSignal,
  ): Promise<BulkOutcome> {
    const areKnown = job.targets.every(({ projection }) => projections.includes(projection));
    return areKnown
      ? this.inThread(job, progress, signal)
      : runBulk(this.url, job, progress, signal);
  }

  private async inThread(
    { targets, ...job }: BulkJob,
    progress: (now: BulkProgress) => void,
    signal: AbortSignal,
  ): Promise<BulkOutcome> {
    signal.throwIfAborted();
    const workerData: ThreadJob = {
      ...job,
      url: this.url,
      targets: targets.map((one) => ({ ...one, projection: one.projection.name })),
    };
    const thread = new Worker(workerFile(require.resolve('./bulk-thread')), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
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
          else progress(word.progress);
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
