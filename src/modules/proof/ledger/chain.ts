import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { digestOf } from '../../ledger/seal';
import type { Sealable } from '../../ledger/seal';
import type { FaultList } from '../fault-list';
import type { LedgerFault } from '../proof.schemas';

/** A commit as recorded. */
export interface RecordedCommit {
  readonly first: bigint;
  /** SHA-256, hexadecimal, as are all hashes here. */
  readonly hash: string;
  readonly recordedAt: string;
}

/** An event as recorded, with the commit that it ends, if it ends one. */
export interface LedgerRow {
  readonly event: Sealable;
  readonly digest: string;
  readonly commit: RecordedCommit | null;
}

/** A place in the history: a position at which a commit ends, and the hash of everything up to it. */
export interface Place {
  readonly position: bigint;
  readonly hash: string;
}

const bytesOf = (hash: string): Buffer => Buffer.from(hash, 'hex');

const chainFrom = (hash: string): Hash => createHash('sha256').update(bytesOf(hash));

/** The link that is being followed: the events since the last commit. */
interface Link {
  readonly after: Place;
  readonly chain: Hash;
  /** False where an event is missing, so that its hash cannot be told. */
  whole: boolean;
}

const linkAfter = (after: Place, whole = true): Link => ({
  after,
  chain: chainFrom(after.hash),
  whole,
});

/**
 * Follows the ledger from a place on, event by event: positions are dense, each event is what its
 * digest says, and each commit's hash is made of the one before and the digests. After a link that
 * is broken it goes on from the hash recorded there, so that each fault is named once, where it is.
 */
export class Chain {
  events = 0;
  commits = 0;
  private end: bigint;
  private link: Link;

  constructor(
    start: Place,
    private readonly faults: FaultList<LedgerFault>,
  ) {
    this.end = start.position;
    this.link = linkAfter(start);
  }

  /** The next event, by position. */
  take({ event, digest, commit }: LedgerRow): void {
    this.events += 1;
    this.expect(event.position);
    const made = digestOf(event);
    const holds = made.toString('hex') === digest;
    if (!holds) {
      const detail = `event ${event.position} (${event.type} of ${event.stream}) is not what its digest says: it was altered`;
      this.faults.add({ kind: 'altered', position: String(event.position), detail });
    }
    this.link.chain.update(holds ? made : bytesOf(digest));
    if (commit !== null) this.close(event, commit);
  }

  /** There is no further event: compares with the recorded head. */
  finish(head: Place): void {
    if (this.end < head.position) this.missing(this.end + 1n, head.position);
    const { after, whole } = this.link;
    const fault = (kind: LedgerFault['kind'], detail: string): void => {
      this.faults.add({ kind, position: String(head.position), detail });
    };
    if (this.end > head.position) {
      fault('head', `the head is at ${head.position}, but there are events up to ${this.end}`);
    } else if (whole && after.position !== head.position) {
      fault('commit', `events ${after.position + 1n} to ${this.end} belong to no commit`);
    } else if (whole && after.hash !== head.hash) {
      fault('head', `the head at ${head.position} has another hash than the last commit`);
    }
  }

  private expect(position: bigint): void {
    if (position > this.end + 1n) this.missing(this.end + 1n, position - 1n);
    else if (position <= this.end) {
      const detail = `position ${position} is there more than once`;
      this.faults.add({ kind: 'missing', position: String(position), detail });
    }
    this.end = position;
  }

  private missing(from: bigint, to: bigint): void {
    const what = from === to ? `event ${from} is` : `events ${from} to ${to} are`;
    this.faults.add({ kind: 'missing', position: String(from), detail: `${what} missing` });
    this.link.whole = false;
  }

  private close({ position, recordedAt }: Sealable, commit: RecordedCommit): void {
    this.commits += 1;
    const { after, chain, whole } = this.link;
    const hash = chain.digest('hex');
    if (whole) {
      const named = `the commit that ends at ${position}`;
      const fault = (detail: string): void => {
        this.faults.add({ kind: 'commit', position: String(position), detail });
      };
      if (commit.first !== after.position + 1n) {
        fault(`${named} begins at ${commit.first}, the one before ended at ${after.position}`);
      } else if (hash !== commit.hash) {
        fault(`${named} has another hash than its events and the commit before make`);
      }
      if (commit.recordedAt !== recordedAt) {
        fault(`${named} was recorded at ${commit.recordedAt}, its events at ${recordedAt}`);
      }
    }
    // A gap that reaches over a commit's end leaves the hash before this one unknown.
    this.link = linkAfter({ position, hash: commit.hash });
  }
}
