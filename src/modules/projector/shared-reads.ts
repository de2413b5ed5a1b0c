import type { StoredEvent } from '../../events/event-metadata';
import type { LedgerReader } from '../ledger/ledger-reader';

const remembered = 4;

/** Reads of the ledger that are shared by generations standing at the same position. */
export class SharedReads {
  private readonly reads = new Map<bigint, Promise<readonly StoredEvent[]>>();

  constructor(
    private readonly reader: LedgerReader,
    private readonly limit: number,
  ) {}

  /** The events behind a position, at most `limit`. */
  after(position: bigint): Promise<readonly StoredEvent[]> {
    const known = this.reads.get(position);
    if (known !== undefined) return known;
    const read = this.reader.after(position, this.limit);
    this.reads.set(position, read);
    const forget = (): void => {
      this.reads.delete(position);
    };
    // What is cut short by the end of the ledger may be longer the next time.
    read.then(({ length }) => {
      if (length < this.limit) forget();
    }, forget);
    if (this.reads.size > remembered) {
      const oldest = this.reads.keys().next();
      if (oldest.done !== true) this.reads.delete(oldest.value);
    }
    return read;
  }
}
