import type { ProofProgress } from './proof.schemas';

/** How far a proof is, in steps of a known size. */
export class Meter {
  /** Of all steps. */
  done = 0;
  private step = 'beginning';
  private total = 0;
  private before = 0;
  private began: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.began = now();
  }

  begin(step: string, total: number): void {
    this.step = step;
    this.total = total;
    this.before = this.done;
    this.began = this.now();
  }

  advance(by: number): void {
    this.done += by;
  }

  get progress(): ProofProgress {
    const done = this.done - this.before;
    const seconds = (this.now() - this.began) / 1_000;
    const rate = seconds > 0 ? done / seconds : 0;
    const left = Math.max(0, this.total - done);
    return {
      step: this.step,
      done,
      total: this.total,
      ratePerSecond: Math.round(rate),
      secondsLeft: rate > 0 ? Math.round(left / rate) : null,
    };
  }
}
