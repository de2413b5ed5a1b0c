import { setImmediate } from 'node:timers/promises';
import { partitionOf } from '../../projector/partition';
import type { FaultList } from '../fault-list';
import type { TopicFault } from '../proof.schemas';
import type { SealedMessage } from './sealed-message';

/** Positions that are looked at before others get a turn: some ten milliseconds. */
const positionsAtOnce = 100_000n;

/** Which positions of a range were seen, a bit each. */
class Seen {
  private readonly bits: Uint8Array;

  constructor(
    private readonly after: bigint,
    private readonly end: bigint,
  ) {
    this.bits = new Uint8Array(Number((end - after + 7n) / 8n));
  }

  covers(position: bigint): boolean {
    return position > this.after && position <= this.end;
  }

  has(position: bigint): boolean {
    const at = Number(position - this.after - 1n);
    return ((this.bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
  }

  add(position: bigint): void {
    const at = Number(position - this.after - 1n);
    this.bits[at >> 3] = (this.bits[at >> 3] ?? 0) | (1 << (at & 7));
  }

  /**
   * The ranges of positions that were not seen, ascending. Others get a turn meanwhile, and `looked` is
   * told how many more positions were looked at.
   */
  async *missing(looked: (positions: number) => void): AsyncGenerator<readonly [bigint, bigint]> {
    let from: bigint | null = null;
    for (let start = this.after + 1n; start <= this.end; start += positionsAtOnce) {
      const last = start + positionsAtOnce - 1n;
      const through = last < this.end ? last : this.end;
      for (let position = start; position <= through; position += 1n) {
        if (!this.has(position)) from ??= position;
        else if (from !== null) {
          yield [from, position - 1n];
          from = null;
        }
      }
      looked(Number(through - start + 1n));
      await setImmediate();
    }
    if (from !== null) yield [from, this.end];
  }
}

/**
 * Holds the messages of a topic against the ledger: every position behind `after` up to `end` is
 * there, in order within its partition, in the partition of its stream, and tells what the ledger
 * has. A message that is there again is no fault: consumers drop what they have seen.
 */
export class TopicCheck {
  resent = 0;
  private readonly seen: Seen;
  private readonly last = new Map<number, bigint>();

  constructor(
    private readonly after: bigint,
    end: bigint,
    private readonly partitions: number,
    private readonly faults: FaultList<TopicFault>,
  ) {
    this.seen = new Seen(after, end);
  }

  /** @param digest of the ledger's event at that position; undefined where there is none. */
  take(partition: number, message: SealedMessage, digest: string | undefined): void {
    const { position, stream } = message;
    if (position <= this.after) return;
    if (digest === undefined) {
      this.report('unknown', partition, position, 'is not in the ledger');
      return;
    }
    if (digest !== message.digest) {
      this.report('altered', partition, position, 'does not tell what the ledger has');
    }
    if (partitionOf(stream, this.partitions) !== partition) {
      this.report('partition', partition, position, `is not in the partition of ${stream}`);
    }
    if (this.seen.covers(position)) this.place(partition, message);
  }

  /**
   * There is no further message.
   *
   * @param looked is told now and then how many more positions were looked for.
   */
  async finish(looked: (positions: number) => void): Promise<void> {
    for await (const [from, to] of this.seen.missing(looked)) {
      const what = from === to ? `event ${from} is` : `events ${from} to ${to} are`;
      const detail = `${what} not on the topic`;
      this.faults.add({ kind: 'missing', position: String(from), partition: null, detail });
    }
  }

  private place(partition: number, { position, previous }: SealedMessage): void {
    if (this.seen.has(position)) {
      this.resent += 1;
      return;
    }
    this.seen.add(position);
    const last = this.last.get(partition);
    if (last !== undefined && position < last) {
      this.report('order', partition, position, `comes behind ${last} for the first time`);
      return;
    }
    this.last.set(partition, position);
    // One that names another, where that one is missing, is right: the other is named as missing.
    const isKnown = previous <= this.after || this.seen.has(previous);
    if (last !== undefined && previous !== last && isKnown) {
      const detail = `names ${previous} as the one before it, which is ${last}`;
      this.report('previous', partition, position, detail);
    }
  }

  private report(
    kind: TopicFault['kind'],
    partition: number,
    position: bigint,
    what: string,
  ): void {
    const detail = `the message of event ${position} in partition ${String(partition)} ${what}`;
    this.faults.add({ kind, position: String(position), partition, detail });
  }
}
