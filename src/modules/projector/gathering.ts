interface Offer<T> {
  readonly item: T;
  readonly taken: () => void;
  readonly refused: (error: unknown) => void;
}

/** While one is being written the next is being folded; more only wait for one another's rows. */
const lotsAtOnce = 2;

/**
 * Hands on together, as a lot, whatever is offered while the lot before it is being worked on. Where so
 * much waits that it fills a lot, that is worked on beside the one before it.
 */
export class Gathering<T> {
  private waiting: Offer<T>[] = [];
  private lots = 0;

  /**
   * @param full the size of a lot to which no more is added.
   * @param sizeOf what an item adds to it.
   */
  constructor(
    private readonly full: number,
    private readonly sizeOf: (item: T) => number,
    private readonly work: (items: readonly T[]) => Promise<void>,
  ) {}

  /** Resolves when it is done with; rejects as `work` does. */
  offer(item: T): Promise<void> {
    return new Promise((taken, refused) => {
      this.waiting.push({ item, taken, refused });
      // Those who have something to offer at this moment offer it first.
      setImmediate(() => void this.go());
    });
  }

  private async go(): Promise<void> {
    for (let lot = this.next(); lot.length > 0; lot = this.next()) {
      this.lots += 1;
      try {
        const worked = this.work(lot.map(({ item }) => item));
        void this.go(); // what is left may fill another
        await worked;
        for (const { taken } of lot) taken();
      } catch (error) {
        for (const { refused } of lot) refused(error);
      }
      this.lots -= 1;
    }
  }

  /** The lot that is to be begun now; empty where there is none. */
  private next(): readonly Offer<T>[] {
    if (this.lots === lotsAtOnce) return [];
    let size = 0;
    let count = 0;
    for (const { item } of this.waiting) {
      if (size >= this.full) break;
      size += this.sizeOf(item);
      count += 1;
    }
    return this.lots === 0 || size >= this.full ? this.waiting.splice(0, count) : [];
  }
}
