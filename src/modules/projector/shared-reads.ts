import type { StoredEvent } from '../../events/event-metadata';
import type { LedgerReader } from '../ledger/ledger-reader';
import { storedEvent } from '../ledger/stored-event';

const remembered = 4;
/** Of data in one read, give or take an event: thousands of events may each be as large as a request. */
const bytesAtOnce = 8 * 1024 * 1024;

/** Reads of the ledger that are shared by generations standing at the same position. */
export class SharedReads {
  private readonly reads = new Map<bigint, Promise<readonly StoredEvent[]>>();

  constructor(
    private readonly reader: LedgerReader,
    private readonly limit: number,
  ) {}

  /** The events behind a position, at most `limit`; fewer where they are large, and one at least. */
  after(position: bigint): Promise<readonly StoredEvent[]> {
    const known = this.reads.get(position);
    if (known !== undefined) return known;
    const read = this.read(position);
    this.reads.set(position, read);
    const forget = (): void => {
      this.reads.delete(position);
    };
    // What is cut short, maybe by the end of the ledger, may be longer the next time.
    read.then(({ length }) => {
      if (length < this.limit) forget();
    }, forget);
    if (this.reads.size > remembered) {
      const oldest = this.reads.keys().next();
      if (oldest.done !== true) this.reads.delete(oldest.value);
    }
    return read;
  }

  private async read(position: bigint): Promise<readonly StoredEvent[]> {
    const rows = await this.reader.rowsAfter(position, this.limit, bytesAtOnce);
    return rows.map(storedEvent);
  }
}
