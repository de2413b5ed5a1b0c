import type { RollbackStep } from '../../events/rollback.events';
import { StepFailure, remedyFor, stepPlans } from './rollback-step';

/** How often this process has tried the step that a rollback is at, by the clock of `performance.now()`. */
export class StepAttempts {
  private step: RollbackStep | null = null;
  private began = 0;
  /** Since when it has been refused without a break; null while it was not, or something was away. */
  private refusedSince: number | null = null;

  /** Seconds since it was first tried, to the millisecond. */
  get seconds(): number {
    return Math.round(performance.now() - this.began) / 1_000;
  }

  /** The step is tried: for the first time, unless it is the one of before. */
  begin(step: RollbackStep): void {
    if (step === this.step) return;
    this.step = step;
    this.began = performance.now();
    this.refusedSince = null;
  }

  /** The failure that an error of the step is. @throws the error where the step is to be tried again. */
  failureOf(step: RollbackStep, error: unknown): StepFailure {
    if (error instanceof StepFailure) return error;
    const { message } = error as Error;
    const remedy = remedyFor(error);
    if (remedy === 'fail') return new StepFailure(message, [], [message]);
    if (remedy === 'wait') {
      this.refusedSince = null;
      throw error;
    }
    const now = performance.now();
    this.refusedSince ??= now;
    const { budgetSeconds } = stepPlans[step];
    if (now - this.refusedSince < budgetSeconds * 1_000) throw error;
    const cause = `${message} (tried again for ${String(budgetSeconds)} s)`;
    return new StepFailure(cause, [], [message]);
  }
}
