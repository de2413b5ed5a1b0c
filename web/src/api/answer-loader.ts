import type { Freshness } from '../live/freshness';
import { head, onEvents } from '../live/tail';
import { acceptedAt } from './accepted';
import { OneAtATime } from './one-at-a-time';
import { ApiProblem } from './problem';
import { read } from './request';

export interface Loaded<T> {
  readonly data: T | undefined;
  readonly problem: ApiProblem | undefined;
  readonly isLoading: boolean;
}

/**
 * Keeps one answer: asks for it, asks anew some time after an event that outdates it (while
 * somebody looks), and again where the server says that it will know later.
 */
export class AnswerLoader<T> {
  private readonly ending = new AbortController();
  private readonly letGo: (() => void)[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private askedAt = -Infinity;
  private readonly asking = new OneAtATime();
  private isOutdated = false;

  constructor(
    private readonly path: string,
    private readonly freshness: Freshness | null,
    private readonly tell: (change: Partial<Loaded<T>>) => void,
  ) {}

  start(): void {
    void this.ask();
    const look = (): void => {
      if (!document.hidden) this.outdateIfMissed();
    };
    document.addEventListener('visibilitychange', look);
    this.letGo.push(() => {
      document.removeEventListener('visibilitychange', look);
    });
    if (this.freshness === null) return;
    const { outdatedBy } = this.freshness;
    const isMissed = (count: number): boolean => count === 0 && this.askedAt !== -Infinity;
    this.letGo.push(
      onEvents((events) => {
        if (isMissed(events.length) || events.some(outdatedBy)) this.outdate();
      }),
    );
  }

  stop(): void {
    this.ending.abort();
    clearTimeout(this.timer);
    for (const release of this.letGo) release();
  }

  /** Asks anew now; what is on its way was asked too early. */
  refresh(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.ask();
  }

  private outdate(): void {
    this.isOutdated = true;
    if (this.asking.isUnderWay || this.timer !== undefined || document.hidden) return;
    const due = this.askedAt + (this.freshness?.milliseconds ?? 0) - performance.now();
    this.askIn(Math.max(0, due));
  }

  private askIn(milliseconds: number): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (document.hidden)
        this.isOutdated = true; // it is asked once somebody looks
      else void this.ask();
    }, milliseconds);
  }

  private async ask(): Promise<void> {
    await this.asking.run(() => this.askOnce());
    if (!this.ending.signal.aborted) this.outdateIfMissed();
  }

  private async askOnce(): Promise<void> {
    this.isOutdated = false;
    this.askedAt = performance.now();
    try {
      const data = await read<T>(this.upToDatePath(), this.ending.signal);
      this.tell({ data, problem: undefined, isLoading: false });
    } catch (error) {
      if (this.ending.signal.aborted) return;
      if (!(error instanceof ApiProblem)) throw error;
      this.tell({ problem: error, isLoading: false });
      if (error.code === 'position-not-reached') await this.askForLess();
      if (error.retryAfterSeconds !== null) this.askIn(error.retryAfterSeconds * 1_000);
    }
  }

  /** Where a read model is far behind: what it has, beside the note that it is. */
  private async askForLess(): Promise<void> {
    const { signal } = this.ending;
    const data = await read<T>(this.path, signal).catch(() => undefined); // it is asked anew anyway
    if (data !== undefined && !signal.aborted) this.tell({ data });
  }

  /** What came while it was asked may not be in the answer. */
  private outdateIfMissed(): void {
    if (this.isOutdated) this.outdate();
  }

  /** A read model that is asked because of an event, or behind a command, is to have seen it. */
  private upToDatePath(): string {
    const heard = head.peek();
    if (this.freshness === null || heard === null) return this.path;
    const seen = heard > acceptedAt() ? heard : acceptedAt();
    if (!/^\/v1\/(projections|counts)\/./.test(this.path) || this.path.includes('asOf='))
      return this.path;
    return `${this.path}${this.path.includes('?') ? '&' : '?'}minPosition=${String(seen)}`;
  }
}
