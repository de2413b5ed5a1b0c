import { setMaxListeners } from 'node:events';

/** Wakes whoever waits; one who was busy meanwhile learns of it by the count. */
export class Bell {
  private readonly waiting = new Set<() => void>();
  private strikes = 0;

  /** How often it was struck. */
  get count(): number {
    return this.strikes;
  }

  strike(): void {
    this.strikes += 1;
    for (const wake of [...this.waiting]) wake();
  }

  /** Resolves once it was struck more often than `count`, or after a time, or when `signal` is aborted. */
  beyond(count: number, milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.strikes > count || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      setMaxListeners(0, signal); // as many may wait on one signal as there are read models
      signal.addEventListener('abort', wake);
      this.waiting.add(wake);
    });
  }
}
