/** Work that is under way once at most. */
export class OneAtATime {
  private isWantedAgain = false;
  private isBusy = false;

  get isUnderWay(): boolean {
    return this.isBusy;
  }

  /** Does `work`; where some is under way already, that is followed by one more, however often it is wanted. */
  async run(work: () => Promise<void>): Promise<void> {
    this.isWantedAgain = true;
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      while (this.isWantedAgain) {
        this.isWantedAgain = false;
        await work();
      }
    } finally {
      this.isBusy = false;
    }
  }
}
