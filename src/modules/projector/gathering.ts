interface Offer<T> {
  readonly item: T;
  readonly taken: () => void;
  readonly refused: (error: unknown) => void;
}

/** Hands on together whatever is offered while the lot before it is being worked on. */
export class Gathering<T> {
  private waiting: Offer<T>[] = [];
  private busy = false;

  constructor(private readonly work: (items: readonly T[]) => Promise<void>) {}

  /** Resolves when it is done with; rejects as `work` does. */
  offer(item: T): Promise<void> {
    return new Promise((taken, refused) => {
      this.waiting.push({ item, taken, refused });
      if (!this.busy) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.busy = true;
    // Those who have something to offer at this moment offer it first.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const offers = this.waiting;
      this.waiting = [];
      try {
        await this.work(offers.map(({ item }) => item));
        for (const { taken } of offers) taken();
      } catch (error) {
        for (const { refused } of offers) refused(error);
      }
    }
    this.busy = false;
  }
}
