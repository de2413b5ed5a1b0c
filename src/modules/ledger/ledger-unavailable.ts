/**
 * There is no room, or the database is away: what was asked is not recorded or, where the database failed
 * meanwhile, not known to be.
 */
export class LedgerUnavailable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'LedgerUnavailable';
  }
}

/** As many commands wait as may: waiting for room is all it takes. */
export class QueueFull extends LedgerUnavailable {
  constructor() {
    super('too many commands are waiting');
  }
}
