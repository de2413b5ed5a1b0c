/** More than there are states in memory to decide on: one that is older than all of these is not among them. */
const streamsAtMost = 200_000;

/**
 * The version that each stream came to by what this process wrote, for those it wrote to last. That the head
 * has not moved proves that nobody else wrote; this, that no decision rests on a state from before
 * something of our own, as one that was read while that was on its way.
 */
export class WrittenVersions {
  private readonly versions = new Map<string, number>();

  get(stream: string): number | undefined {
    return this.versions.get(stream);
  }

  set(stream: string, version: number): void {
    this.versions.delete(stream); // so that it is the youngest
    this.versions.set(stream, version);
    if (this.versions.size <= streamsAtMost) return;
    const oldest = this.versions.keys().next();
    if (oldest.done !== true) this.versions.delete(oldest.value);
  }

  delete(stream: string): void {
    this.versions.delete(stream);
  }

  clear(): void {
    this.versions.clear();
  }
}
