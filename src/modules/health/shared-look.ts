/** One that takes longer may never end, such as on a connection whose other side is gone without a word. */
const longestMilliseconds = 30_000;

/**
 * A look that everybody who asks meanwhile shares. One that outlasts who asked for it is not begun again at
 * once, so a slow database is not asked ever more.
 */
export class SharedLook<Found> {
  private underWay: { readonly found: Promise<Found>; readonly since: number } | null = null;

  constructor(private readonly begin: () => Found | Promise<Found>) {}

  take(): Promise<Found> {
    const now = performance.now();
    if (this.underWay !== null && now - this.underWay.since < longestMilliseconds) {
      return this.underWay.found;
    }
    const found = Promise.resolve()
      .then(this.begin)
      .finally(() => {
        if (this.underWay?.found === found) this.underWay = null;
      });
    this.underWay = { found, since: now };
    return found;
  }
}
