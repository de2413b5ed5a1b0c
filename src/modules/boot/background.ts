import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings';
import { TooLate, withinMilliseconds } from '../pacing/patience';
import { workerFile } from '../threads/worker-file';
import type { Background } from './background.module';

const restartMilliseconds = 1_000;
/** Where the thread does not say by then that it runs, something in it waits that should not. */
const startMilliseconds = 180_000;

/** Parts that need nothing of the API but the database. */
const parts = ['relay', 'projector'] as const;

/** Settings without, and with nothing but, what goes on in the background; null where nothing does. */
export const divided = (
  settings: Settings,
): { readonly front: Settings; readonly background: Settings | null } => {
  const isBehind = (part: string): boolean => (parts as readonly string[]).includes(part);
  const own = [...settings.parts];
  const behind = own.filter(isBehind);
  if (behind.length === 0) return { front: settings, background: null };
  return {
    front: { ...settings, parts: new Set(own.filter((part) => !isBehind(part))) },
    background: { ...settings, parts: new Set(behind) },
  };
};

/**
 * A thread of its own for what follows the ledger, so that no request waits for it, and it for none.
 * Where it dies it is started again: its place is in the database.
 */
export class BackgroundThread {
  private worker: Worker | null = null;
  private restart: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    private readonly background: Background,
    private readonly logger: Logger,
  ) {}

  /** @throws Error if it cannot be started. */
  async start(): Promise<void> {
    const worker = new Worker(workerFile(require.resolve('./background-thread')), {
      workerData: this.background,
    });
    this.worker = worker;
    let isRunning = false;
    worker.once('exit', () => {
      this.worker = null;
      if (isRunning && !this.stopping) this.startAgain();
    });
    try {
      await withinMilliseconds(startMilliseconds, this.running(worker));
    } catch (error) {
      await worker.terminate();
      if (!(error instanceof TooLate)) throw error;
      throw new Error(`the background thread does not come up: ${error.message}`, { cause: error });
    }
    isRunning = true;
    worker.on('error', (error) => {
      this.logger.error({ context: 'background', err: error }, 'the background thread failed');
    });
  }

  /** @throws what the thread failed with, or an Error where it ended without a word. */
  private async running(worker: Worker): Promise<void> {
    const silent = new AbortController();
    worker.once('exit', (code) => {
      silent.abort(new Error(`the background thread ended with ${code} before it ran`));
    });
    try {
      await once(worker, 'message', { signal: silent.signal });
    } catch (error) {
      throw silent.signal.aborted ? silent.signal.reason : error;
    }
  }

  /** Lets it finish the batch under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    const { worker } = this;
    if (worker === null) return;
    const gone = once(worker, 'exit');
    worker.postMessage('stop');
    await gone;
  }

  private startAgain(): void {
    this.restart = setTimeout(() => {
      this.start().catch((error: unknown) => {
        this.logger.error({ context: 'background', err: error }, 'it cannot be started again yet');
        if (!this.stopping) this.startAgain();
      });
    }, restartMilliseconds);
  }
}
