import { pause } from '../pacing/pause';
import { Unreachable } from './api-client';
import { Progress } from './progress';
import type { Output } from './terminal';

const lookMilliseconds = 500;
/** How long one look may take: of a machine that is gone without a word nothing comes at all. */
const lookAtMostMilliseconds = 15_000;
/** Without an answer: a server that is started anew goes on with what it was at. */
const awayAtMostMilliseconds = 60_000;

/** Long work that a server does, as it is told. */
export interface Followed {
  readonly state: string;
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
  /** Why it does not move for now. */
  readonly fault: string | null;
}

/** What is said of it. */
export interface Words {
  /** What it is at: "replaying". */
  readonly verb: string;
  /** What it counts, in the plural. */
  readonly unit: string;
  /** What is so while there is a fault: "nothing is sent for now". */
  readonly still: string;
}

/** Looks at what a server does, which may be away in between. */
export class PatientLook<Told> {
  private awaySince: number | null = null;

  constructor(
    private readonly progress: (signal: AbortSignal) => Promise<Told>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Null where it does not answer for now; `isLast` where nobody waits for it any more.
   *
   * @throws Refused; Unreachable where it has not answered for a minute.
   */
  async look(isLast = false): Promise<Told | null> {
    try {
      const progress = await this.progress(AbortSignal.timeout(lookAtMostMilliseconds));
      this.awaySince = null;
      return progress;
    } catch (error) {
      this.awaySince ??= this.now();
      const isWaitedFor = this.now() - this.awaySince < awayAtMostMilliseconds;
      if (!(error instanceof Unreachable) || isLast || !isWaitedFor) throw error;
      return null;
    }
  }
}

/** Watches long work from outside, and shows how far it is. */
export class Following<Told extends Followed> {
  private bar: Progress | null = null;
  private shown = 0;
  private fault: string | null = null;
  private isAway = false;
  private readonly patient: PatientLook<Told>;

  constructor(
    progress: (signal: AbortSignal) => Promise<Told>,
    private readonly words: Words,
    private readonly err: Output,
  ) {
    this.patient = new PatientLook(progress);
  }

  /**
   * How it is when it runs no more, or when `signal` is aborted.
   *
   * @throws Refused; Unreachable where the server does not answer for a minute, or once `signal` is aborted.
   */
  async toItsEnd(signal: AbortSignal): Promise<Told> {
    for (;;) {
      const progress = await this.patient.look(signal.aborted);
      if (progress === null) this.showAway();
      else {
        this.isAway = false;
        this.show(progress);
        if (progress.state !== 'running' || signal.aborted) {
          this.bar?.end();
          return progress;
        }
      }
      await pause(lookMilliseconds, signal.aborted ? new AbortController().signal : signal);
    }
  }

  private showAway(): void {
    if (this.isAway) return;
    this.isAway = true;
    this.bar?.end();
    this.err.write('the server does not answer for now: it is waited for, a minute at most\n');
  }

  private show({ total, done, fault }: Followed): void {
    if (fault !== this.fault && fault !== null) {
      this.bar?.end();
      this.err.write(`${this.words.still}: ${fault}\n`);
    }
    this.fault = fault;
    if (total === null) return;
    if (this.bar === null || done < this.shown) {
      this.bar?.end();
      this.shown = done;
      this.bar = new Progress(this.err, this.words.verb, this.words.unit, total, done);
    }
    if (done > this.shown) this.bar.advance(done - this.shown);
    this.shown = done;
  }
}
