import { pause } from './pause';

const lookMilliseconds = 1;

const free = 0;
const taken = 1;

/**
 * What one of several threads has at a time, by a number in the memory that they share. Who wants it
 * looks for it: none of them works so long that it would be worth being woken.
 */
export class Floor {
  private readonly state: Int32Array;
  private hasIt = false;

  /** @param members how many there are that take turns. */
  constructor(
    readonly members = 1,
    readonly memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
  ) {
    this.state = new Int32Array(memory);
  }

  /** Whether it is this thread that has it. */
  get isOurs(): boolean {
    return this.hasIt;
  }

  /** Resolves once it is ours, or `signal` is aborted. */
  async take(signal: AbortSignal): Promise<void> {
    while (!this.hasIt && !signal.aborted) {
      this.hasIt = Atomics.compareExchange(this.state, 0, free, taken) === free;
      if (!this.hasIt) await pause(lookMilliseconds, signal);
    }
  }

  /** Gives it up, where it is ours. */
  give(): void {
    if (!this.hasIt) return;
    this.hasIt = false;
    Atomics.store(this.state, 0, free);
  }
}
