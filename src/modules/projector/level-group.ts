import type { StoredEvent } from '../../events/event-metadata';
import { Bell } from '../pacing/bell';
import { lowestOf } from '../ledger/lowest';
import { pause } from '../pacing/pause';

/** A look without being told: only in case a notification was lost. */
const lookMilliseconds = 1_000;
/** From one batch to the next at least, so that events that come one by one are applied together. */
const gatherMilliseconds = 10;

interface Member {
  position: bigint;
  readonly leave: () => void;
  readonly dismiss: (error: unknown) => void;
}

/**
 * Those that have read to the end of the ledger go on together: what is new is read once and given to
 * all of them. One that cannot go on is dismissed, and comes back when it is level again.
 */
export class LevelGroup<Runner> {
  private readonly members = new Map<Runner, Member>();
  private readonly bell = new Bell();
  private over = false;

  constructor(
    private readonly read: (after: bigint) => Promise<readonly StoredEvent[]>,
    /** Applies events to all, or to as many as it can: gives why each of the others could not. */
    private readonly apply: (
      runners: readonly Runner[],
      events: readonly StoredEvent[],
    ) => Promise<ReadonlyMap<Runner, unknown>>,
  ) {}

  /**
   * Takes part from `position` on; resolves when the group is over or `signal` is aborted, rejects
   * when dismissed.
   */
  join(runner: Runner, position: bigint, signal: AbortSignal): Promise<void> {
    if (this.over || signal.aborted) return Promise.resolve();
    const membership = new Promise<void>((leave, dismiss) => {
      this.members.set(runner, { position, leave, dismiss });
      this.bell.strike();
    });
    const leave = (): void => {
      this.members.get(runner)?.leave();
      this.members.delete(runner);
    };
    signal.addEventListener('abort', leave);
    return membership.finally(() => {
      signal.removeEventListener('abort', leave);
    });
  }

  /** The ledger has grown. */
  wake(): void {
    this.bell.strike();
  }

  /** Keeps its members level until `signal` is aborted; may be run again then. */
  async run(signal: AbortSignal): Promise<void> {
    this.over = false;
    while (!signal.aborted) {
      const { count } = this.bell;
      const next = performance.now() + gatherMilliseconds;
      if (await this.step()) await pause(next - performance.now(), signal);
      else await this.bell.beyond(count, lookMilliseconds, signal);
    }
    this.over = true;
    for (const { leave } of this.members.values()) leave();
  }

  /** Whether there was anything new. */
  private async step(): Promise<boolean> {
    const runners = [...this.members.keys()];
    if (runners.length === 0) return false;
    const floor = lowestOf([...this.members.values()].map(({ position }) => position));
    try {
      const events = await this.read(floor);
      const last = events.at(-1);
      if (last === undefined) return false;
      const failed = await this.apply(runners, events);
      for (const runner of runners) {
        const member = this.members.get(runner);
        if (failed.has(runner)) this.dismiss(runner, failed.get(runner));
        else if (member !== undefined) member.position = last.position;
      }
    } catch (error) {
      for (const runner of runners) this.dismiss(runner, error);
    }
    return true;
  }

  private dismiss(runner: Runner, error: unknown): void {
    this.members.get(runner)?.dismiss(error);
    this.members.delete(runner);
  }
}
