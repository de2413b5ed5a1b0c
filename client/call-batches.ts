import { bulkExchange } from './bulk-exchange';
import type { LineAnswer } from './bulk-exchange';
import type { Settings } from './options';
import { Patience, isTemporary } from './patience';
import { CallQueueFull, problemOf } from './problem';

/** A model call that is durable. */
export interface RecordedCall {
  readonly position: string;
  /** Its key had been recorded before, perhaps by an attempt whose answer was lost. */
  readonly duplicate: boolean;
}

interface WaitingCall {
  readonly line: string;
  readonly resolve: (recorded: RecordedCall) => void;
  readonly reject: (error: unknown) => void;
}

// Together they fill a commit and the one that is made meanwhile: with two of them the server waited
// for the client, at 0.69 of the rate of the bulk route, with four it does not.
const batchesUnderWay = 4;

/**
 * Model calls on their way to the bulk route: gathered by size and age, sent again until each has an
 * outcome. Four batches may be under way at once, so calls that do not wait for each other's outcome
 * may be recorded in another order.
 */
export class CallBatches {
  private readonly queue: WaitingCall[] = [];
  /** Who waits for room. */
  private readonly waiters: (() => void)[] = [];
  /** Who waits for calls, and looks at each outcome whether it was the last of them. */
  private readonly flushes: (() => void)[] = [];
  /** Without an outcome yet, in their order. */
  private readonly unsettled = new Set<WaitingCall>();
  /** Places that somebody was told of who has not taken one yet. */
  private promised = 0;
  private forgetting: NodeJS.Immediate | null = null;
  private underWay = 0;
  private timer: NodeJS.Timeout | null = null;
  /** Whoever waits in the queue has waited long enough. */
  private due = false;

  constructor(
    private readonly settings: Settings,
    private readonly recorded: (position: string) => void,
  ) {}

  /** Calls without an outcome yet. */
  get outstanding(): number {
    return this.unsettled.size;
  }

  /**
   * Takes a call in; resolves or rejects with what became of it.
   *
   * @throws CallQueueFull
   */
  add(data: unknown, idempotencyKey: string): Promise<RecordedCall> {
    const { queue, ageMilliseconds, size } = this.settings.batch;
    if (this.promised > 0) this.promised -= 1;
    else if (this.unsettled.size >= queue) throw new CallQueueFull(queue);
    const line = JSON.stringify({ command: 'record-llm-call', data, idempotencyKey });
    return new Promise((resolve, reject) => {
      const call = { line, resolve, reject };
      this.queue.push(call);
      this.unsettled.add(call);
      // The timer keeps the process alive: one that ends by itself has recorded everything.
      this.timer ??= setTimeout(() => this.sendNow(), ageMilliseconds);
      if (this.queue.length >= size) this.dispatch();
    });
  }

  /**
   * Resolves when another call can be taken in. Until whatever waits for this has run, its place is kept: of
   * two that were told of one place the second would be refused.
   */
  async room(): Promise<void> {
    while (this.unsettled.size + this.promised >= this.settings.batch.queue) {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
    this.promised += 1;
    this.forgetting ??= setImmediate(() => this.forgetPromises());
  }

  private forgetPromises(): void {
    this.forgetting = null;
    this.promised = 0;
    this.wake(this.settings.batch.queue - this.unsettled.size);
  }

  private wake(count: number): void {
    for (const wake of this.waiters.splice(0, count)) wake();
  }

  /**
   * Sends what waits, and resolves when all that is outstanding now has its outcome, whatever that is. What
   * is taken in meanwhile is not waited for: where calls never stop that would be for ever.
   */
  async flush(): Promise<void> {
    const asked = [...this.unsettled];
    this.sendNow();
    for (const call of asked) {
      while (this.unsettled.has(call)) {
        await new Promise<void>((resolve) => this.flushes.push(resolve));
      }
    }
  }

  private sendNow(): void {
    this.due = this.queue.length > 0;
    this.dispatch();
  }

  private dispatch(): void {
    const { size } = this.settings.batch;
    while (this.underWay < batchesUnderWay && (this.due || this.queue.length >= size)) {
      const batch = this.queue.splice(0, size);
      if (this.queue.length === 0) this.rest();
      this.underWay += 1;
      void this.deliver(batch).finally(() => {
        this.underWay -= 1;
        this.dispatch();
      });
    }
  }

  private rest(): void {
    this.due = false;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Sends a batch until each of its calls has an outcome. Never rejects. */
  private async deliver(batch: readonly WaitingCall[]): Promise<void> {
    const patience = new Patience(this.settings.patienceMilliseconds);
    let pending = batch;
    while (pending.length > 0) {
      const { left, cause } = await this.attempt(pending);
      if (left.length < pending.length) patience.renew();
      pending = left;
      if (pending.length === 0) return;
      try {
        await patience.outlast(cause);
      } catch (error) {
        for (const call of pending) this.settle(call, () => call.reject(error));
        return;
      }
    }
  }

  /** One attempt: settles whatever has an outcome, and tells what has none and why. */
  private async attempt(
    calls: readonly WaitingCall[],
  ): Promise<{ readonly left: WaitingCall[]; readonly cause: unknown }> {
    const left = new Set(calls);
    let cause: unknown;
    const take = ({ line, status, position, duplicate = false, problem }: LineAnswer): void => {
      const call = calls[line - 1];
      if (call === undefined || !left.has(call)) {
        throw new Error(`line ${line} was answered, which waits for no answer`);
      }
      if (status === 200 && position !== undefined) {
        this.recorded(position);
        this.settle(call, () => call.resolve({ position, duplicate }));
      } else if (isTemporary(status)) {
        cause = problemOf(status, problem);
        return;
      } else {
        this.settle(call, () => call.reject(problemOf(status, problem)));
      }
      left.delete(call);
    };
    const lines = calls.map(({ line }) => line);
    await bulkExchange(this.settings, lines, take).catch((error: unknown) => (cause = error));
    return { left: [...left], cause };
  }

  private settle(call: WaitingCall, tell: () => void): void {
    this.unsettled.delete(call);
    tell();
    for (const look of this.flushes.splice(0)) look();
    // One for each place that is free now; at the end whoever is left.
    this.wake(this.unsettled.size === 0 ? Infinity : 1);
  }
}
