import { Floor } from './floor';
import { pause } from './pause';

/** How often it is looked whether anybody else is at work. */
const lookMilliseconds = 100;

/** Of the time, while somebody else is at work: of all threads together. */
const share = 0.5;

/**
 * Makes room for others: work that comes in portions rests after each for as long as it took, while
 * a number that others move goes on moving, and until it has been seen to stand still. Threads that
 * share a floor work one at a time meanwhile, and rest so much longer that together they take half of
 * one core.
 */
export class Courtesy {
  private seen: string | null = null;
  private isShared = true;
  private looked = -Infinity;
  private began: number;

  /**
   * @param moved the number, such as the position of the last event.
   * @param floor what threads that work side by side take turns by.
   * @param rest waits for some milliseconds.
   */
  constructor(
    private readonly moved: () => Promise<string>,
    private readonly floor = new Floor(),
    private readonly rest: (milliseconds: number, signal: AbortSignal) => Promise<void> = pause,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.began = now();
  }

  /** Before the first portion and after each. */
  async pass(signal: AbortSignal): Promise<void> {
    const worked = this.now() - this.began;
    this.floor.give();
    if (this.now() - this.looked >= lookMilliseconds) await this.look();
    if (this.isShared) {
      await this.rest(worked * (this.floor.members / share - 1), signal);
      await this.floor.take(signal);
    }
    this.began = this.now();
  }

  /** There is no further portion. */
  end(): void {
    this.floor.give();
  }

  private async look(): Promise<void> {
    const seen = await this.moved();
    this.isShared = seen !== this.seen;
    this.seen = seen;
    this.looked = this.now();
  }
}
