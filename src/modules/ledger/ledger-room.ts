import { connect } from '../database/clients';
import type { Metrics } from '../metrics/metrics';
import type { Trouble } from '../pacing/trouble';

/** A whole partition more than is asked for; see migration 12. */
const extendSql = `
select ledger.extend(greatest(position, $1::bigint) + $2::bigint, $2::bigint) as through from ledger.head`;

/** After an attempt ahead of need that failed, before the next. */
const retryMilliseconds = 1_000;

/**
 * How far the partitions of the ledger reach, as this process knows it. Every process sees for itself
 * that what it is about to write has a partition, so no append depends on another having been at work.
 *
 *   half a partition left -> one more is made aside, while commits go on
 *   none left (a batch larger than that, or the attempts failed) -> the commit waits for it
 *
 * Partitions are made on a connection of their own: the one for commits never waits for a lock of theirs.
 */
export class LedgerRoom {
  private through = -1n; // not asked yet
  private underWay: Promise<void> | null = null;
  private notBefore = 0;

  constructor(
    private readonly url: string,
    /** Positions of a partition that is made from now on. */
    private readonly size: bigint,
    private readonly metrics: Metrics,
    /** Told of attempts ahead of need that fail. */
    private readonly trouble: Trouble,
  ) {}

  /** Null where `position` has its partition; else resolves once it has. @throws Error of the database. */
  reach(position: bigint): Promise<void> | null {
    if (position > this.through) return this.make(position);
    if (position + this.size / 2n > this.through) this.lookAhead(position);
    return null;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.underWay?.catch(() => undefined);
  }

  private async make(position: bigint): Promise<void> {
    while (position > this.through) await this.extend(position);
  }

  private lookAhead(position: bigint): void {
    if (this.underWay !== null || performance.now() < this.notBefore) return;
    const made = this.metrics.round('partitions', () => this.extend(position));
    made.then(
      () => this.trouble.over(),
      (error: unknown) => {
        this.notBefore = performance.now() + retryMilliseconds;
        this.trouble.met(error);
      },
    );
  }

  private extend(position: bigint): Promise<void> {
    this.underWay ??= this.ask(position).finally(() => {
      this.underWay = null;
    });
    return this.underWay;
  }

  private async ask(position: bigint): Promise<void> {
    const client = await connect(this.url);
    try {
      const { rows } = await client.query<{ through: string }>(extendSql, [position, this.size]);
      this.through = BigInt(rows[0]?.through ?? 0);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
