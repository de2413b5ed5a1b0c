import { pause } from '../database/election';

/** How often it is looked whether anybody else is at work. */
const lookMilliseconds = 100;

/** Of the time, while somebody else is at work. */
const share = 0.5;

/**
 * Makes room for others: work that comes in portions rests after each for as long as it took, while
 * a number that others move goes on moving.
 */
export class Courtesy {
  private seen: string | null = null;
  private isShared = false;
  private looked = -Infinity;
  private began: number;

  /**
   * @param moved the number, such as the position of the last event.
   * @param rest waits for some milliseconds.
   */
  constructor(
    private readonly moved: () => Promise<string>,
    private readonly rest: (milliseconds: number, signal: AbortSignal) => Promise<void> = pause,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.began = now();
  }

  /** Between two portions. */
  async pass(signal: AbortSignal): Promise<void> {
    const worked = this.now() - this.began;
    if (this.now() - this.looked >= lookMilliseconds) await this.look();
    if (this.isShared) await this.rest(worked * (1 / share - 1), signal);
    this.began = this.now();
  }

  private async look(): Promise<void> {
    const seen = await this.moved();
    this.isShared = this.seen !== null && seen !== this.seen;
    this.seen = seen;
    this.looked = this.now();
  }
}
