/** The queue is full, or the database is away: nothing was recorded that this was told of. */
export class LedgerUnavailable extends Error {
  constructor(
    reason: string,
    /** Whether waiting for room is all it takes. */
    readonly queueFull = false,
    options?: ErrorOptions,
  ) {
    super(reason, options);
    this.name = 'LedgerUnavailable';
  }
}
