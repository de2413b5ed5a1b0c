const listedAtMost = 100;

/** What was found wrong: the first hundred by name, the others by their number. */
export class FaultList<Fault> {
  readonly listed: Fault[] = [];
  private found = 0;

  get count(): number {
    return this.found;
  }

  /** Counts others that nobody names. */
  addUnnamed(count: number): void {
    this.found += count;
  }

  add(fault: Fault): void {
    this.found += 1;
    if (this.listed.length < listedAtMost) this.listed.push(fault);
  }
}
