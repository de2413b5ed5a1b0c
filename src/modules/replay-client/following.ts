import { Unreachable } from '../cli/api-client';
import { Progress } from '../cli/progress';
import type { Output } from '../cli/terminal';
import { pause } from '../database/election';
import type { ReplayProgress } from '../replay/replay.schemas';
import type { ReplayClient } from './replay-client';

const lookMilliseconds = 500;
/** Looks in a row without an answer: a server that is started anew goes on with its replays. */
const looksInVain = 120;

/** Watches a replay from outside, and shows how far it is. */
export class Following {
  private bar: Progress | null = null;
  private shown = 0;
  private fault: string | null = null;
  private inVain = 0;

  constructor(
    private readonly replays: Pick<ReplayClient, 'progress'>,
    private readonly replayId: string,
    private readonly err: Output,
  ) {}

  /**
   * How the replay is when it runs no more, or when `signal` is aborted.
   *
   * @throws Refused; Unreachable where the server does not answer for a minute.
   */
  async toItsEnd(signal: AbortSignal): Promise<ReplayProgress> {
    for (;;) {
      const progress = await this.look();
      if (progress !== null) {
        this.show(progress);
        if (progress.state !== 'running' || signal.aborted) {
          this.bar?.end();
          return progress;
        }
      }
      await pause(lookMilliseconds, signal.aborted ? new AbortController().signal : signal);
    }
  }

  private async look(): Promise<ReplayProgress | null> {
    try {
      const progress = await this.replays.progress(this.replayId);
      this.inVain = 0;
      return progress;
    } catch (error) {
      this.inVain += 1;
      if (!(error instanceof Unreachable) || this.inVain > looksInVain) throw error;
      return null;
    }
  }

  private show({ total, done, fault }: ReplayProgress): void {
    if (fault !== this.fault && fault !== null) {
      this.bar?.end();
      this.err.write(`nothing is sent for now: ${fault}\n`);
    }
    this.fault = fault;
    if (total === null) return;
    if (this.bar === null) {
      this.shown = done;
      this.bar = new Progress(this.err, 'replaying', 'events', total - done);
    }
    if (done > this.shown) this.bar.advance(done - this.shown);
    this.shown = done;
  }
}
