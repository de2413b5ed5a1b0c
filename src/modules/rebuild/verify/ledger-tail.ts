import { setImmediate } from 'node:timers/promises';
import type { Frontier } from '../../proof/read-models/frontier';
import type { Snapshot } from '../../database/snapshot';

/** The events behind the place up to which a generation was filled: it was fed some of them, in a partition more than in another. */
export interface LedgerTail {
  /** How many it was fed, by type. */
  readonly fed: ReadonlyMap<string, number>;
  /** Positions of those that it has not met yet. */
  readonly ahead: readonly string[];
  /** The same by stream: how many. */
  readonly aheadByStream: ReadonlyMap<string, number>;
}

const tailSql = (through: bigint): string =>
  `select position, stream, type from ledger.events where position > ${through}`;

const increment = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};

/** What is behind `through` in a snapshot, as a generation at `frontier` has met it. */
export const tailOf = async (
  snapshot: Snapshot,
  frontier: Frontier,
  through: bigint,
): Promise<LedgerTail> => {
  const fed = new Map<string, number>();
  const ahead: string[] = [];
  const aheadByStream = new Map<string, number>();
  for await (const rows of snapshot.rows(tailSql(through))) {
    for (const [position = '', stream = '', type = ''] of rows as string[][]) {
      if (frontier.covers({ position: BigInt(position), stream })) increment(fed, type);
      else {
        ahead.push(position);
        increment(aheadByStream, stream);
      }
    }
    await setImmediate();
  }
  return { fed, ahead, aheadByStream };
};
