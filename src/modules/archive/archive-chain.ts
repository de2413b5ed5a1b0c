import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { ArchiveManifest } from './archive-manifest';
import type { ArchivedEvent } from './archived-line';

const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');

const chainFrom = (hash: string): Hash => createHash('sha256').update(bytesOf(hash));

/**
 * Follows the hash chain through the events of an archive, as `proof/ledger/chain.ts` does through the
 * table; but it may begin and end within a commit. Where it is broken it goes on from the hash that the
 * line has, so that each fault is named once.
 */
export class ArchiveChain {
  events = 0;
  private hash: string;
  private chain: Hash;
  /** The first position that the commit under way has. */
  private begins: bigint;
  private end: bigint;
  private isOpen: boolean;

  constructor(
    { before, firstPosition }: Pick<ArchiveManifest, 'before' | 'firstPosition'>,
    private readonly fault: (detail: string) => void,
  ) {
    this.hash = before.hash;
    this.chain = chainFrom(before.hash);
    for (const digest of before.digests) this.chain.update(bytesOf(digest));
    this.isOpen = before.digests.length > 0;
    this.begins = BigInt(before.position) + 1n;
    this.end = BigInt(firstPosition) - 1n;
    if (this.end !== BigInt(before.position) + BigInt(before.digests.length)) {
      fault(`the first event is ${firstPosition}, which does not follow what was before`);
    }
  }

  /** The hash that names the history up to here: that which the commit under way would have if it ended. */
  get hashHere(): string {
    return this.isOpen ? this.chain.copy().digest('hex') : this.hash;
  }

  get position(): bigint {
    return this.end;
  }

  take({ position, digest, commit }: ArchivedEvent): void {
    if (position !== this.end + 1n) this.fault(`event ${position} follows event ${this.end}`);
    this.events += 1;
    this.end = position;
    this.isOpen = true;
    this.chain.update(digest);
    if (commit !== null) this.close(position, commit);
  }

  private close(position: bigint, { first, hash }: NonNullable<ArchivedEvent['commit']>): void {
    const named = `the commit of events ${this.begins} to ${position}`;
    if (first !== this.begins) this.fault(`${named} is told to begin at ${first}`);
    else if (this.chain.digest('hex') !== hash) {
      this.fault(`${named} has another hash than its events make`);
    }
    this.hash = hash;
    this.chain = chainFrom(hash);
    this.begins = position + 1n;
    this.isOpen = false;
  }
}
