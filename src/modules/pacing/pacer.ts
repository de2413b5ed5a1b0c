/** Keeps work at a rate: says how long to wait before some more of it. */
export class Pacer {
  private due = 0;

  /** @param perSecond how much in a second; null for no limit. */
  constructor(
    private readonly perSecond: number | null,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Milliseconds to wait before the next `amount` is done. What was not done for a while is not made
   * up for: however slow the work itself is at times, no second has more of it than the rate.
   */
  delay(amount: number): number {
    if (this.perSecond === null) return 0;
    const now = this.now();
    const start = Math.max(now, this.due);
    this.due = start + (1_000 * amount) / this.perSecond;
    return start - now;
  }

  /** How much to do at once, at most `largest`: a quarter of a second's work, so that it flows evenly. */
  portion(largest: number): number {
    if (this.perSecond === null) return largest;
    return Math.max(1, Math.min(largest, Math.floor(this.perSecond / 4)));
  }
}
